/// How people say what may go wrong: `--faults calls,servers`.
extension FaultOptions.Kind {
    /// Somebody named a kind that there is not.
    package struct Unknown: Error, CustomStringConvertible {
        let word: String

        package var description: String {
            "There is no fault \(word); there are \(FaultOptions.Kind.words)."
        }
    }

    /// The names of all kinds, separated by commas.
    package static var words: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// The kinds that a text names, separated by commas: none of them for `none`, and all for no text.
    package static func named(_ text: String?) throws(Unknown) -> Set<Self> {
        guard let text else { return Set(allCases) }
        guard text != "none" else { return [] }
        var kinds: Set<Self> = []
        for word in text.split(separator: ",").map(String.init) {
            guard let kind = Self(rawValue: word) else { throw Unknown(word: word) }
            kinds.insert(kind)
        }
        return kinds
    }
}
