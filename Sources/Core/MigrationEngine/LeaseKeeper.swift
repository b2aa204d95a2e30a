import Clocks
import MigrationModel
import MigrationPorts
import Synchronization

/// The leases of a run at both sites.
package struct LeasePair: Sendable {
    package let source: any RunLease
    package let target: any RunLease

    package init(source: any RunLease, target: any RunLease) {
        self.source = source
        self.target = target
    }

    package subscript(site: SiteRole) -> any RunLease { site == .source ? source : target }
}

/// Why a driver may not drive.
enum LeaseRefusal: Error {
    /// Another driver has, or may have, the run.
    case held(reason: String)
    /// The leases could not be read or written in time; nothing says that anybody else has them.
    case unreachable(reason: String)
    /// Whoever runs the driver stopped it meanwhile.
    case stopped

    /// How the driving ends for it.
    var exit: RunExit {
        switch self {
        case .held(let reason): .fenced(reason: reason)
        case .unreachable(let reason): .leaseUnreachable(reason: reason)
        case .stopped: .stopped
        }
    }
}

/// Takes, renews and gives up the leases of one run.
///
/// The order in which a driver begins: judge both leases, take both with the next epoch, write
/// `driverStarted`, renew both with the new head, and only then change anything. So a lease always
/// knows of a record that only the newest copy of the journal has.
struct LeaseKeeper: Sendable {
    /// How long a site that cannot be reached is asked again before the driver gives up.
    private static let patience = Duration.seconds(20)

    let leases: LeasePair
    let journal: any Journal
    let time: any TimeSource
    let run: RunID
    let driver: String
    let durationSeconds: Int

    /// How long after the beginning of a renewal effects may begin.
    ///
    /// A third of the lease is left for what was begun last.
    private var validity: Duration { .seconds(durationSeconds) * 2 / 3 }

    /// What a driver that has taken both leases knows.
    struct Hold: Sendable {
        /// The fencing number of this driver.
        let epoch: Int
        /// Whether nothing of an earlier driver can still be on its way.
        let isSettled: Bool
    }

    /// Takes both leases for the epoch it returns.
    func acquire(
        headSequence: Int,
        epoch journalEpoch: Int
    ) async throws(LeaseRefusal) -> Hold {
        var seen: [SiteRole: LeaseState] = [:]
        for site in SiteRole.allCases {
            seen[site] = try await wait(for: site, headSequence: headSequence)
        }
        let epoch = (seen.values.map(\.epoch) + [journalEpoch]).reduce(0, max) + 1
        let state = try await state(epoch: epoch, sequence: headSequence)
        try await take(state, at: .source, seen: seen[.source])
        do {
            try await take(state, at: .target, seen: seen[.target])
        } catch {
            await giveBack(state, seen: seen[.source])
            throw error
        }
        let isFirst = journalEpoch == 0 && seen.values.allSatisfy { $0.run != run }
        let isSettled = seen.count == SiteRole.allCases.count && seen.values.allSatisfy(\.isSettled)
        return Hold(epoch: epoch, isSettled: isFirst || isSettled)
    }

    /// Renews both; returns until when effects may begin.
    ///
    /// A site that cannot be reached is asked again for as long, unless there is no patience.
    func renew(
        epoch: Int,
        sequence: Int,
        isPatient: Bool = true
    ) async throws(LeaseRefusal) -> LeaseValidity {
        let extended = LeaseValidity(validity, from: time)
        let deadline = isPatient ? extended.uptime : time.uptime
        let state = try await state(epoch: epoch, sequence: sequence)
        for site in SiteRole.allCases {
            try await persist(site, until: deadline) { () async throws(ProviderError) in
                try await leases[site].renew(state)
            }
        }
        return extended
    }

    /// Renews until it is cancelled; returns the reason when the leases are lost.
    func keep(epoch: Int, head: Head, permit: Permit) async -> LeaseRefusal? {
        while true {
            do {
                try await time.sleep(for: .seconds(durationSeconds) / 3)
            } catch {
                return nil
            }
            do {
                permit.extend(try await renew(epoch: epoch, sequence: head.sequence))
            } catch {
                return Task.isCancelled ? nil : error
            }
            // The effects of a process that slept past its lease are refused by the permit; here it
            // finds out that it drives no more.
            if !permit.validity.holds(at: time) {
                return .unreachable(reason: "the leases ran out while it slept")
            }
        }
    }

    /// Gives both up; a lease that cannot be given up runs out by itself.
    func release(epoch: Int, sequence: Int, isSettled: Bool, isOver: Bool) async {
        do {
            var state = try await state(epoch: epoch, sequence: sequence)
            state.isSettled = isSettled
            for site in SiteRole.allCases { await release(state, at: site, isOver: isOver) }
        } catch {
            // The journal cannot be read: the leases stay as they are and run out.
        }
    }

    /// Makes tombstones of what a driver left that died between the end of the run and that of its
    /// leases.
    func buryLeftovers() async {
        for site in SiteRole.allCases {
            do {
                guard let seen = try await leases[site].read(), seen.run == run, !seen.isOver
                else { continue }
                try await leases[site].release(seen, isOver: true)
            } catch {
                // It bears the name of a run that is over; the next `status` or `run` tries again.
                continue
            }
        }
    }

    private func state(epoch: Int, sequence: Int) async throws(LeaseRefusal) -> LeaseState {
        LeaseState(
            run: run,
            driver: driver,
            epoch: epoch,
            sequence: sequence,
            headHash: try await hashHere(at: sequence) ?? "",
            renewedAtNanoseconds: time.wallTime.nanosecondsSinceEpoch,
            durationSeconds: durationSeconds
        )
    }

    private func hashHere(at sequence: Int) async throws(LeaseRefusal) -> String? {
        do {
            return try await journal.hash(at: sequence)
        } catch {
            throw .held(reason: error.description)
        }
    }

    /// Waits until the lease may be taken; refuses when it is renewed meanwhile.
    private func wait(
        for site: SiteRole,
        headSequence: Int
    ) async throws(LeaseRefusal) -> LeaseState? {
        let judge = LeaseJudge(run: run, driver: driver, headSequence: headSequence)
        var first: (seen: LeaseState?, at: Duration)?
        while true {
            let seen = try await persist(site, until: time.uptime + LeaseKeeper.patience) {
                () async throws(ProviderError) in
                try await leases[site].read()
            }
            let hash: String? =
                if let seen { try await hashHere(at: seen.sequence) } else { nil }
            let verdict = judge.judge(seen, at: site, hashHere: hash)
            if let first, first.seen != seen, seen?.isOver != true {
                let holder = seen?.driver ?? ""
                throw .held(
                    reason: holder.isEmpty
                        ? "another driver drove this run until now, at the \(site.rawValue) too: "
                            + "begin again with its journal"
                        : "\(holder) drives this run now: it renews its lease at the "
                            + "\(site.rawValue)"
                )
            }
            switch verdict {
            case .free: return seen
            case .refused(let reason): throw .held(reason: reason)
            case .heldUntilUnchanged(let duration, _):
                let since = first ?? (seen, time.uptime)
                first = since
                if time.uptime - since.at > duration { return seen }
                try await rest(.seconds(1))
            }
        }
    }

    private func take(
        _ state: LeaseState,
        at site: SiteRole,
        seen: LeaseState?
    ) async throws(LeaseRefusal) {
        try await persist(site, until: time.uptime + LeaseKeeper.patience) {
            () async throws(ProviderError) in
            do throws(ProviderError) {
                try await leases[site].take(state, seen: seen)
            } catch {
                // An answer that was lost: what the lease says now tells whether it was taken.
                guard case .drift = error, try await leases[site].read() == state else {
                    throw error
                }
            }
        }
    }

    /// Leaves the source as it was found, when the target was refused: nothing was done.
    private func giveBack(_ state: LeaseState, seen: LeaseState?) async {
        var state = state
        state.isSettled = seen?.isSettled ?? true
        if seen != nil { return await release(state, at: .source, isOver: false) }
        await endSoon(.source) { () async throws(ProviderError) in
            try await leases.source.remove(state)
        }
    }

    private func release(_ state: LeaseState, at site: SiteRole, isOver: Bool) async {
        await endSoon(site) { () async throws(ProviderError) in
            try await leases[site].release(state, isOver: isOver)
        }
    }

    private func endSoon(_ site: SiteRole, _ end: () async throws(ProviderError) -> Void) async {
        do {
            try await persist(site, until: time.uptime + .seconds(5), end)
        } catch {
            // It runs out by itself, and this driver's successor here may take it at once.
        }
    }

    /// Asks until there is an answer or `deadline` has come.
    private func persist<Answer>(
        _ site: SiteRole,
        until deadline: Duration,
        _ ask: () async throws(ProviderError) -> Answer
    ) async throws(LeaseRefusal) -> Answer {
        while true {
            do {
                return try await ask()
            } catch {
                switch error {
                case .drift:
                    throw .held(reason: "the lease at the \(site.rawValue): \(error)")
                case .rejected:
                    throw .unreachable(reason: "the lease at the \(site.rawValue): \(error)")
                case .unavailable, .unknown:
                    guard time.uptime + .seconds(1) < deadline else {
                        throw .unreachable(
                            reason: "the lease at the \(site.rawValue) cannot be reached: \(error)"
                        )
                    }
                }
            }
            try await rest(.seconds(1))
        }
    }

    private func rest(_ duration: Duration) async throws(LeaseRefusal) {
        do {
            try await time.sleep(for: duration)
        } catch {
            throw .stopped
        }
    }
}

/// The last record that is on the disk, for whoever renews leases.
final class Head: Sendable {
    private let state: Mutex<Int>

    init(sequence: Int) { state = Mutex(sequence) }

    var sequence: Int {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
