/// Reads `Warning: 299 - "text"`, of which a header may hold several.
enum WarningHeader {
    static func texts(in value: String) -> [String] {
        var texts: [String] = []
        var rest = value[...]
        while let (text, behind) = first(in: rest) {
            if let text { texts.append(text) }
            rest = behind
        }
        return texts
    }

    /// The next quoted text and what follows it; nil at the end.
    ///
    /// A code other than 299 is no text.
    private static func first(in value: Substring) -> (text: String?, behind: Substring)? {
        guard let open = value.firstIndex(of: "\"") else { return nil }
        let code = value[..<open].split(whereSeparator: { $0 == " " || $0 == "," }).first
        var text = ""
        var index = value.index(after: open)
        while index < value.endIndex, value[index] != "\"" {
            if value[index] == "\\", value.index(after: index) < value.endIndex {
                index = value.index(after: index)
            }
            text.append(value[index])
            index = value.index(after: index)
        }
        guard index < value.endIndex else { return nil }
        var behind = value[value.index(after: index)...]
        // A date in quotes may follow the text; it ends at the next comma.
        behind = behind.drop { $0 != "," }
        return (code == "299" ? text : nil, behind)
    }
}
