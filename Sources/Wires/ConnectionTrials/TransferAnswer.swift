/// What came of sending bytes to one place and of fetching some from it.
package struct TransferAnswer: Sendable, Hashable {
    /// What came of one exchange.
    package enum Leg: Sendable, Hashable {
        /// Every byte went, and the answer came, in so many milliseconds.
        case carried(milliseconds: Int)
        /// The connection came about, or had come about before, and no whole answer came in time.
        case stalled
        /// Somebody else answered, with this status of HTTP; 0 for what is none.
        case strange(status: Int)
        /// Nothing came about: `refused`, `timedOut`.
        case unreached(ConnectionAnswer)
        /// What came before it had failed.
        case untried
    }

    /// One way of the bytes.
    package struct Way: Sendable, Hashable {
        /// So few that a dozen packets of full size carry them.
        package var packets: Leg
        /// So many that the time they take tells how fast the link is.
        package var bulk: Leg

        /// Takes what a report says.
        package init(packets: Leg, bulk: Leg) {
            self.packets = packets
            self.bulk = bulk
        }

        /// Nothing of it was tried.
        package static let untried = Way(packets: .untried, bulk: .untried)
    }

    /// A few bytes, in one small packet.
    package var reach: Leg
    /// From the pod to the place.
    package var sent: Way
    /// From the place to the pod.
    package var fetched: Way

    /// Takes what a report says.
    package init(reach: Leg, sent: Way = .untried, fetched: Way = .untried) {
        self.reach = reach
        self.sent = sent
        self.fetched = fetched
    }

    /// Whether the listener was reached at all.
    package var isReached: Bool { if case .carried = reach { true } else { false } }

    // MARK: - The report of a pod

    /// The whole report of a pod, in the order of its places.
    package static func report(_ answers: [TransferAnswer]) -> String {
        answers.enumerated().map { index, answer in
            let legs = [
                answer.reach, answer.sent.packets, answer.sent.bulk, answer.fetched.packets,
                answer.fetched.bulk,
            ]
            return "\(index) \(legs.map(\.code).joined(separator: " "))\n"
        }.joined()
    }

    /// The answers of a report by the numbers of their places; lines of another form are left out.
    static func answers(in report: String) -> [Int: TransferAnswer] {
        var found: [Int: TransferAnswer] = [:]
        for line in report.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            guard words.count == 6, let index = Int(words[0]) else { continue }
            let legs = words.dropFirst().compactMap(Leg.init(code:))
            guard legs.count == 5 else { continue }
            found[index] = TransferAnswer(
                reach: legs[0],
                sent: Way(packets: legs[1], bulk: legs[2]),
                fetched: Way(packets: legs[3], bulk: legs[4])
            )
        }
        return found
    }
}

extension TransferAnswer.Leg {
    fileprivate init?(code: Substring) {
        let number = Int(code.dropFirst())
        switch (code.first, number) {
        case ("o", let milliseconds?): self = .carried(milliseconds: max(0, milliseconds))
        case ("x", let status?): self = .strange(status: status)
        case ("s", nil): self = .stalled
        case ("r", nil): self = .unreached(.refused)
        case ("t", nil): self = .unreached(.timedOut)
        case ("n", nil): self = .unreached(.unresolved)
        case ("f", nil): self = .unreached(.failed)
        case ("-", nil): self = .untried
        default: return nil
        }
    }

    fileprivate var code: String {
        switch self {
        case .carried(let milliseconds): "o\(milliseconds)"
        case .stalled: "s"
        case .strange(let status): "x\(status)"
        case .unreached(.refused): "r"
        case .unreached(.unresolved): "n"
        case .unreached(.failed): "f"
        case .unreached: "t"
        case .untried: "-"
        }
    }
}
