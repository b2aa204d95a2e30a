/// What came of trying to connect.
package enum ConnectionAnswer: Sendable, Hashable {
    /// The connection came about, after so many milliseconds.
    case answered(milliseconds: Int)
    /// Somebody is there and does not want it.
    case refused
    /// Nothing came back.
    case timedOut
    /// The name means nothing there.
    case unresolved
    /// Something else, such as no route to the host.
    case failed

    /// Nil when the connection did not come about.
    package var milliseconds: Int? {
        if case .answered(let milliseconds) = self { milliseconds } else { nil }
    }

    /// For machines: `answered`, `refused`.
    package var word: String {
        switch self {
        case .answered: "answered"
        case .refused: "refused"
        case .timedOut: "timedOut"
        case .unresolved: "unresolved"
        case .failed: "failed"
        }
    }

    /// For people: `12 ms`, `refused`.
    package var words: String {
        switch self {
        case .answered(let milliseconds): "\(milliseconds) ms"
        case .refused: "refused"
        case .timedOut: "no answer"
        case .unresolved: "no such name"
        case .failed: "failed"
        }
    }

    // MARK: - The report of a pod

    /// The whole report of a pod, in the order of its targets.
    package static func report(_ answers: [ConnectionAnswer]) -> String {
        answers.enumerated().map { "\($0) \($1.code) \($1.milliseconds ?? 0)\n" }.joined()
    }

    /// The answers of a report by the numbers of their targets; lines of another form are left out.
    static func answers(in report: String) -> [Int: ConnectionAnswer] {
        var found: [Int: ConnectionAnswer] = [:]
        for line in report.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            guard words.count == 3, let index = Int(words[0]), let milliseconds = Int(words[2]),
                let answer = ConnectionAnswer(code: words[1], milliseconds: max(0, milliseconds))
            else { continue }
            found[index] = answer
        }
        return found
    }

    private init?(code: Substring, milliseconds: Int) {
        switch code {
        case "o": self = .answered(milliseconds: milliseconds)
        case "r": self = .refused
        case "t": self = .timedOut
        case "n": self = .unresolved
        case "f": self = .failed
        default: return nil
        }
    }

    private var code: String {
        switch self {
        case .answered: "o"
        case .refused: "r"
        case .timedOut: "t"
        case .unresolved: "n"
        case .failed: "f"
        }
    }
}
