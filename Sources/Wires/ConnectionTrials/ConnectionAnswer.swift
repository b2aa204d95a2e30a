/// What came of trying to connect.
package enum ConnectionAnswer: Sendable, Equatable {
    /// The connection came about, after so many milliseconds.
    case answered(milliseconds: Int)
    /// Somebody is there and refuses.
    case refused
    /// Nothing came back.
    case silent
    /// The name is not known.
    case unknownName

    /// The form in which a pod reports it, without the target's number.
    private var line: String {
        switch self {
        case .answered(let milliseconds): "o \(milliseconds)"
        case .refused: "r 0"
        case .silent: "t 0"
        case .unknownName: "n 0"
        }
    }

    /// For people, after the name of a target.
    package var words: String {
        switch self {
        case .answered(let milliseconds): "answered after \(milliseconds) ms"
        case .refused: "refused the connection"
        case .silent: "did not answer"
        case .unknownName: "is a name that its DNS does not know"
        }
    }

    /// The whole report of a pod, in the order of its targets.
    package static func report(_ answers: [ConnectionAnswer]) -> String {
        answers.enumerated().map { "\($0) \($1.line)\n" }.joined()
    }

    /// The answers of a report by the numbers of their targets; lines of another form are left out.
    static func answers(in report: String) -> [Int: ConnectionAnswer] {
        var found: [Int: ConnectionAnswer] = [:]
        for line in report.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            guard words.count == 3, let index = Int(words[0]), let milliseconds = Int(words[2])
            else {
                continue
            }
            switch words[1] {
            case "o": found[index] = .answered(milliseconds: max(0, milliseconds))
            case "r": found[index] = .refused
            case "t": found[index] = .silent
            case "n": found[index] = .unknownName
            default: continue
            }
        }
        return found
    }
}
