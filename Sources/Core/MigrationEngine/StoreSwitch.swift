import JSONValues
import MigrationModel
import MigrationPorts

/// Moves the writer of a store, and never lets two copies of it accept writes.
///
/// A copy is let to accept writes only when the other one was just seen to refuse them and to have nothing
/// that this one lacks. What may still be on its way from an earlier driver, or was given up, is waited
/// for by whoever asks (`Stragglers`).
struct StoreSwitch: Sendable {
    let stores: any StoreProvider
    let store: Store
    let site: SiteRole

    /// What undoing will need; changes nothing.
    func survey() async throws(ProviderError) -> BeforeImage {
        BeforeImage(reading: try await look())
    }

    /// Asks for the change, unless it is as it should be already.
    func make(_ change: StoreChange) async throws(ProviderError) -> Receipt {
        switch change {
        case .follow: try await follow()
        case .fence: try await ask(.fence)
        case .promote: try await promote()
        case .leave: try await ask(.leave)
        }
        return Receipt(details: ["store": .string(store.name), "asked": .string(change.rawValue)])
    }

    /// Gives back what the before-image recorded; harmless if the change was never made.
    func unmake(_ change: StoreChange, to before: BeforeImage) async throws(ProviderError) {
        guard let was = before.reading else {
            throw .rejected(reason: "the before-image of the store \(store.name) holds no reading")
        }
        switch change {
        case .follow: try await stopFollowing(was)
        case .fence: if was.acceptsWrites { try await acceptAgain() }
        case .promote: if !was.acceptsWrites { try await giveBack() }
        case .leave: throw .rejected(reason: "that a copy follows nobody any more cannot be undone")
        }
    }

    // MARK: - Forward

    private func follow() async throws(ProviderError) {
        let own = try await look()
        if own.follows { return }
        guard !own.acceptsWrites else {
            throw .drift(
                reason: "\(copy) accepts writes, and what it holds would be overwritten if it "
                    + "followed the other one"
            )
        }
        let other = try await other.look()
        guard !other.follows else {
            throw .unavailable(reason: "\(self.other.copy) follows this one still", retryAfter: nil)
        }
        try await ask(.follow)
    }

    private func promote() async throws(ProviderError) {
        if try await look().acceptsWrites { return }
        let other = try await other.look()
        guard !other.acceptsWrites else {
            throw .unavailable(
                reason: "\(self.other.copy) accepts writes, and no two may",
                retryAfter: nil
            )
        }
        // The other one refuses writes, so where it stands is where it stays.
        let missing = other.position - (try await look().position)
        guard missing <= 0 else {
            throw .unavailable(
                reason: "\(copy) is \(missing) behind \(self.other.copy), and would lose that",
                retryAfter: nil
            )
        }
        try await ask(.promote)
    }

    // MARK: - Back

    /// Lets the other copy have everything again that was written here; it accepts writes later, by the
    /// undo of its own fence.
    private func giveBack() async throws(ProviderError) {
        // It was never promoted: it has nothing that the other one lacks.
        if try await look().follows { return }
        try await ask(.fence)
        // Everything was given back before.
        if try await other.look().acceptsWrites { return }
        try await other.follow()
    }

    /// A fence that was cut off may have left something by which a copy that still accepts writes refuses them
    /// when it is started again, so it is asked all the same.
    private func acceptAgain() async throws(ProviderError) {
        if try await look().acceptsWrites { return try await ask(.promote) }
        try await promote()
    }

    private func stopFollowing(_ was: StoreReading) async throws(ProviderError) {
        // At the site that is left, what follows keeps the way back open until the fence is undone.
        guard site == .target else { return }
        if was.follows { return try await follow() }
        try await ask(.leave)
    }

    // MARK: - Looks

    /// Looks once whether the copy is as it should be.
    func state(_ goal: StoreGoal) async throws(ProviderError) -> ConditionState {
        // First where the other one stands, so that what it gets meanwhile makes this one lie further
        // behind and never nearer.
        let other: StoreReading? = goal.isOfBoth ? try await other.look() : nil
        let own = try await look()
        switch goal {
        case .acceptsWrites:
            return own.acceptsWrites ? .holds : .waiting(seen: "\(copy) refuses writes")
        case .refusesWrites:
            return own.acceptsWrites ? .waiting(seen: "\(copy) accepts writes") : .holds
        case .follows(let behindMax):
            if own.acceptsWrites { return .waiting(seen: "\(copy) accepts writes") }
            guard own.follows else { return .waiting(seen: "\(copy) follows nobody") }
            return isNear(own, other, behindMax)
        case .caughtUp:
            if other?.acceptsWrites == true {
                return .waiting(seen: "\(self.other.copy) accepts writes")
            }
            return isNear(own, other, 0)
        }
    }

    private func isNear(
        _ own: StoreReading,
        _ other: StoreReading?,
        _ behindMax: Int
    ) -> ConditionState {
        let behind = max(0, (other?.position ?? 0) - own.position)
        guard behind <= behindMax else {
            return .waiting(
                seen: "\(copy) is \(behind) behind \(self.other.copy)"
                    + (behindMax > 0 ? ", and \(behindMax) is allowed" : "")
            )
        }
        return .measured(["position": .int(own.position), "behind": .int(behind)])
    }

    private var other: StoreSwitch {
        StoreSwitch(stores: stores, store: store, site: site.counterpart)
    }

    private var copy: String { "the \(site.rawValue)'s copy of \(store.name)" }

    private func look() async throws(ProviderError) -> StoreReading {
        try await stores.look(at: store, site)
    }

    private func ask(_ change: StoreChange) async throws(ProviderError) {
        try await stores.ask(change, of: store, site)
    }
}

extension StoreGoal {
    /// Whether the other site's copy says, too, whether it holds.
    fileprivate var isOfBoth: Bool {
        switch self {
        case .refusesWrites, .acceptsWrites: false
        case .follows, .caughtUp: true
        }
    }
}

extension BeforeImage {
    /// Of a store's copy: what was seen of it before.
    init(reading: StoreReading) {
        self.init(clear: [
            "acceptsWrites": .bool(reading.acceptsWrites), "follows": .bool(reading.follows),
            "position": .int(reading.position),
        ])
    }

    /// What was seen of a store's copy before; nil when this is of none.
    var reading: StoreReading? {
        guard let acceptsWrites = clear.value["acceptsWrites"]?.bool,
            let follows = clear.value["follows"]?.bool,
            let position = clear.value["position"]?.int
        else { return nil }
        return StoreReading(acceptsWrites: acceptsWrites, follows: follows, position: position)
    }
}
