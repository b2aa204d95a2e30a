import ConnectionTrials
import JSONValues
import MigrationModel
import MigrationPorts

/// What is to be thought of a link over which bytes were sent, or were to be.
struct TransferJudge {
    /// In the order of the places.
    let answers: [TransferAnswer]
    let throughputMin: Int?
    /// The context of the site that sent, and of the one that listened.
    let from: String
    let to: String
    let way: BridgeWay

    /// One way of the bytes.
    private struct Direction {
        let words: String
        let key: String
        let legs: (TransferAnswer) -> TransferAnswer.Way
    }

    private var directions: [Direction] {
        [
            Direction(words: "from \(from) to \(to)", key: "bytesPerSecondSent") { $0.sent },
            Direction(words: "from \(to) to \(from)", key: "bytesPerSecondFetched") { $0.fetched },
        ]
    }

    /// Whether the link carries; what it carries where it does.
    var state: ConditionState {
        let reached = answers.filter(\.isReached)
        guard !reached.isEmpty else { return unreached }
        for direction in directions {
            if let lament = lament(direction, reached) { return .broken(seen: lament) }
        }
        var measured: JSON = [
            "reached": .int(reached.count), "bytes": .int(TransferTrial.many),
        ]
        for direction in directions {
            guard let rate = rate(direction, reached) else { continue }
            measured[direction.key] = .int(rate)
            if let least = throughputMin, rate < least {
                return .broken(seen: slow(direction, rate, least))
            }
        }
        return .measured(measured)
    }

    /// Nobody who listens was reached: that says nothing of the link, which other trials have tried.
    private var unreached: ConditionState {
        let seen = answers.map { $0.reach.words }.sorted().first ?? "no place is known"
        let why =
            "the Job that listens at \(to) was not reached at \(way.place): \(seen). A NetworkPolicy that "
            + "isolates it or the Job that sends, or an entry that does not know it, may be why"
        guard throughputMin != nil else {
            return .measured(["reached": 0, "notMeasured": .string(why)])
        }
        return .broken(
            seen: "\(why). Let them through, or leave spec.bridges.throughputMin out and write "
                + "spec.bridges.transfer: skip"
        )
    }

    /// Why bytes do not go this way; nil where they do.
    private func lament(_ direction: Direction, _ reached: [TransferAnswer]) -> String? {
        let ways = reached.map(direction.legs)
        let stalled = ways.filter { $0.packets == .stalled }.count
        if stalled > 0 {
            return
                "packets of full size are lost \(direction.words): \(TransferTrial.few) bytes went and "
                + "\(TransferTrial.some) did not within \(TransferTrial.patienceSeconds) s, at "
                + "\(stalled) of \(reached.count) places. Some part of the way takes only smaller ones "
                + "and nobody who sends is told. Let ICMP \"fragmentation needed\" (type 3, code 4; for "
                + "IPv6 \"packet too big\") through all firewalls on the way, or clamp the MSS of TCP to "
                + "the path's MTU at the VPN or router, or lower the MTU of the pods' network; then "
                + "run again"
        }
        let slow = ways.filter { $0.bulk == .stalled }.count
        if slow > 0 {
            let rate = TransferTrial.many / TransferTrial.patienceSeconds
            return
                "\(TransferTrial.some) bytes went \(direction.words) and \(TransferTrial.many) did not "
                + "within \(TransferTrial.patienceSeconds) s, at \(slow) of \(reached.count) places: the "
                + "link loses much, or carries less than \(rate.bytesPerSecond). See to the link, then "
                + "run again; spec.bridges.transfer: skip leaves this trial out"
        }
        for case .strange(let status) in ways.flatMap({ [$0.packets, $0.bulk] }) {
            return "bytes were sent \(direction.words), and somebody between answered with status "
                + "\(status) of HTTP: the entry does not let a request of \(TransferTrial.many) bytes "
                + "through. Let it, or write spec.bridges.transfer: skip"
        }
        return nil
    }

    /// What the slowest place carries, at least; nil where nothing was timed.
    private func rate(_ direction: Direction, _ reached: [TransferAnswer]) -> Int? {
        let rates = reached.compactMap { answer -> Int? in
            guard case .carried(let milliseconds) = direction.legs(answer).bulk else { return nil }
            // The clock of a pod may go in steps of 10 ms.
            return TransferTrial.many * 1_000 / max(10, milliseconds)
        }
        return rates.min()
    }

    private func slow(_ direction: Direction, _ rate: Int, _ least: Int) -> String {
        "one connection carried \(rate.bytesPerSecond) \(direction.words), over \(TransferTrial.many) "
            + "bytes, and spec.bridges.throughputMin asks for \(least.bytesPerSecond). See to the link, or "
            + "ask for less, then run again"
    }
}

extension TransferAnswer.Leg {
    /// For people.
    fileprivate var words: String {
        switch self {
        case .carried(let milliseconds): "\(milliseconds) ms"
        case .stalled: "no answer over a connection that came about"
        case .strange(let status): "somebody else answered, with status \(status)"
        case .unreached(let answer): answer.words
        case .untried: "not tried"
        }
    }
}

extension Int {
    /// For people, as a rate: `12.3 MB/s`.
    fileprivate var bytesPerSecond: String {
        for (unit, size) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)]
        where self >= size {
            let tenths = self / (size / 10)
            return "\(tenths / 10).\(tenths % 10) \(unit)/s"
        }
        return "\(self) B/s"
    }
}
