/// What came of trying to connect.
package enum ConnectionAnswer: Sendable, Hashable {
    /// The connection came about, after so many milliseconds.
    case answered(milliseconds: Int)
    /// The connection came about, and this came back to what was said over it.
    case said([UInt8], milliseconds: Int)
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
        switch self {
        case .answered(let milliseconds), .said(_, let milliseconds): milliseconds
        case .refused, .timedOut, .unresolved, .failed: nil
        }
    }

    /// For machines: `answered`, `refused`.
    package var word: String {
        switch self {
        case .answered, .said: "answered"
        case .refused: "refused"
        case .timedOut: "timedOut"
        case .unresolved: "unresolved"
        case .failed: "failed"
        }
    }

    /// For people: `12 ms`, `refused`.
    package var words: String {
        switch self {
        case .answered(let milliseconds), .said(_, let milliseconds): "\(milliseconds) ms"
        case .refused: "refused"
        case .timedOut: "no answer"
        case .unresolved: "no such name"
        case .failed: "failed"
        }
    }

    // MARK: - The report of a pod

    /// The whole report of a pod, in the order of its targets.
    package static func report(_ answers: [ConnectionAnswer]) -> String {
        answers.enumerated().map { "\($0) \($1.code) \($1.milliseconds ?? 0)\($1.rest)\n" }.joined()
    }

    /// The answers of a report by the numbers of their targets; lines of another form are left out.
    static func answers(in report: String) -> [Int: ConnectionAnswer] {
        var found: [Int: ConnectionAnswer] = [:]
        for line in report.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            guard (3...4).contains(words.count), let index = Int(words[0]),
                let milliseconds = middle(of: words[2]),
                let answer = ConnectionAnswer(
                    code: words[1],
                    milliseconds: max(0, milliseconds),
                    hexadecimal: words.count == 4 ? words[3] : ""
                )
            else { continue }
            found[index] = answer
        }
        return found
    }

    /// Of several samples the middle one, so that neither a first look-up of the name counts nor a pause.
    ///
    /// Where the clock goes in steps of ten, the middle one may be 0 or 10 for whatever lies between; then
    /// the mean tells more.
    private static func middle(of text: Substring) -> Int? {
        let samples = text.split(separator: ",").compactMap { Int($0) }.sorted()
        guard !samples.isEmpty else { return nil }
        guard samples.count > 2, samples.allSatisfy({ $0 % 10 == 0 }) else {
            return samples[samples.count / 2]
        }
        // The longest is left out: a look-up of the name, most likely.
        return samples.dropLast().reduce(0, +) / (samples.count - 1)
    }

    private init?(code: Substring, milliseconds: Int, hexadecimal: Substring) {
        switch code {
        case "o": self = .answered(milliseconds: milliseconds)
        case "s":
            let digits = hexadecimal.compactMap(\.hexDigitValue)
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).map {
                UInt8(digits[$0] << 4 | digits[$0 + 1])
            }
            self = .said(bytes, milliseconds: milliseconds)
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
        case .said: "s"
        case .refused: "r"
        case .timedOut: "t"
        case .unresolved: "n"
        case .failed: "f"
        }
    }

    /// What stands behind the milliseconds: what was said, two digits a byte.
    private var rest: String {
        if case .said(let bytes, _) = self { " \(bytes.hexadecimal)" } else { "" }
    }
}
