extension String {
    /// Words by which people call what opens something.
    private static let secretWords = [
        "auth", "cookie", "credential", "key", "pass", "secret", "session", "signature", "token",
    ]

    /// Whether something is called so that opens something.
    package var namesSecret: Bool {
        let name = lowercased()
        return String.secretWords.contains { name.contains($0) }
    }

    /// Whether it may open something by its look: one long word of letters and digits is in it.
    package var looksSecret: Bool {
        split { !$0.isLetter && !$0.isNumber && !"-_.+/=".contains($0) }.contains { word in
            word.count >= 16 && word.contains(where: \.isNumber) && word.contains(where: \.isLetter)
        }
    }

    /// No more than so many characters.
    package func cut(to count: Int) -> String { self.count > count ? "\(prefix(count))…" : self }

    /// A line as it may stand in a journal.
    ///
    /// Words that may open something are left out, and so is everything from a word on that is called so
    /// and has a value: `password=…`, `Authorization: …`.
    package func discreet(to count: Int) -> String {
        var words: [String] = []
        for part in split(separator: " ", omittingEmptySubsequences: false) {
            let word = String(part)
            if word.namesSecret, word.contains(where: { "=:".contains($0) }) {
                words.append("(the rest is not shown)")
                break
            }
            words.append(word.looksSecret ? "(not shown)" : word)
        }
        return words.joined(separator: " ").cut(to: count)
    }
}
