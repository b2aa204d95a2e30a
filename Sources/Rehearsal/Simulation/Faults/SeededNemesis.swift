import Clocks
import MigrationModel
import Synchronization

/// Lets go wrong what was drawn for a schedule, while its span lasts.
final class SeededNemesis: Nemesis {
    private struct Cut {
        let site: SiteRole?
        let from: Duration
        let until: Duration
        /// Requests arrive, and answers do not.
        let isOneWay: Bool
    }

    private let options: FaultOptions
    private let choices: Choices
    /// Draws of their own, so that all others stay what they were.
    private let requestChoices: Choices
    private let time: SimulatedTime
    private let start: Duration
    private let begin: Duration
    private let end: Duration
    private let cuts: [Cut]
    private let deathsLeft: Mutex<Int>

    init(_ options: FaultOptions, _ choices: Choices, _ time: SimulatedTime, seed: UInt64) {
        self.options = options
        self.choices = choices
        requestChoices = Choices(seed: seed ^ 0x1A7E_0F0F_5EED_CA11)
        self.time = time
        let start = time.uptime
        self.start = start
        begin = start + options.quiet
        end = start + options.span
        cuts = (0..<options.cuts).map { _ in
            let from = start + choices.duration(in: options.quiet...options.span)
            return Cut(
                site: [SiteRole.source, .target, nil][choices.pick(3)],
                from: from,
                until: from + choices.duration(in: .seconds(1)...(.seconds(45))),
                isOneWay: choices.pick(2) == 1
            )
        }
        deathsLeft = Mutex(options.deaths)
    }

    /// Whether anything goes wrong now.
    private var isOn: Bool {
        let now = time.uptime
        return begin <= now && now < end
    }

    func fate(of method: String, _ path: String, at site: SiteRole?) -> CallFate {
        let now = time.uptime
        if let cut = cuts.first(where: { $0.site == site && $0.from <= now && now < $0.until }) {
            return cut.isOneWay ? .answerLost : .lost
        }
        if comesLate(method, site, now) {
            return .late(requestChoices.duration(in: .milliseconds(1)...(.seconds(3))))
        }
        guard isOn else { return .answered }
        // A run reads ten times as often as it writes, and what becomes of writes is what matters.
        let drawn = choices.pick(method == "GET" ? 1_000 : 400)
        var bound = 0
        func falls(_ share: Int) -> Bool {
            bound += share
            return drawn < bound
        }
        if falls(options.notSentPerMille) { return .notSent }
        if falls(options.lostPerMille) { return .lost }
        if falls(options.answerLostPerMille) { return .answerLost }
        if falls(options.latePerMille) {
            return .late(choices.duration(in: .milliseconds(1)...(.seconds(3))))
        }
        if falls(options.refusedPerMille) {
            return .refused(status: [429, 500, 503][choices.pick(3)])
        }
        return .answered
    }

    /// What has no precondition, whatever else goes wrong.
    private func comesLate(_ method: String, _ site: SiteRole?, _ now: Duration) -> Bool {
        guard options.lateRequestsPerMille > 0, start <= now, now < start + options.healed else {
            return false
        }
        switch (method, site) {
        case ("PUT", nil): return requestChoices.pick(1_000) < options.lateRequestsPerMille
        case ("POST", .some): return requestChoices.pick(5_000) < options.lateRequestsPerMille
        default: return false
        }
    }

    func dies(_ incarnation: Int, at place: Incarnation.Place) -> Bool {
        guard isOn, deathsLeft.withLock({ $0 > 0 }) else { return false }
        // A driver passes some thousands of places; most of them are not worth a death.
        let isWorthIt = place == .insideWrite || place == .afterWrite || place == .afterCall
        guard choices.pick(isWorthIt ? 60 : 600) == 0 else { return false }
        deathsLeft.withLock { $0 -= 1 }
        return true
    }

    func refusesWrite() -> Bool {
        guard isOn, options.diskPerMille > 0 else { return false }
        return choices.pick(1_000) < options.diskPerMille
    }
}
