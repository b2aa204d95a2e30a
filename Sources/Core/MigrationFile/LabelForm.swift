/// What labels and selectors of labels look like.
enum LabelForm {
    /// `app`, `example.com/team`.
    static func isKey(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1: return isName(parts[0])
        case 2: return TextForm.isLabelOrSubdomain(parts[0]) && isName(parts[1])
        default: return false
        }
    }

    /// Nothing, or a name.
    static func isValue(_ text: String) -> Bool {
        text.isEmpty || isName(text)
    }

    /// Requirements in kubectl's words, with commas between: `app=web,tier in (a,b),!canary`.
    static func isSelector(_ text: String) -> Bool {
        requirements(of: text)?.allSatisfy(isRequirement) ?? false
    }

    private static func isName(_ text: String) -> Bool {
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first,
            let last = text.utf8.last, TextForm.isAlphanumeric(first),
            TextForm.isAlphanumeric(last)
        else { return false }
        return text.utf8.allSatisfy { TextForm.isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    /// The parts between commas that stand in no parentheses; nil when those do not match.
    private static func requirements(of text: String) -> [String]? {
        var parts = [""]
        var isInside = false
        for character in text {
            switch character {
            case "(" where !isInside: isInside = true
            case ")" where isInside: isInside = false
            case "(", ")": return nil
            case "," where !isInside:
                parts.append("")
                continue
            default: break
            }
            parts[parts.count - 1].append(character)
        }
        return isInside ? nil : parts
    }

    private static func isRequirement(_ text: String) -> Bool {
        let text = trimmed(text[...])
        if text.hasPrefix("!") { return isKey(trimmed(text.dropFirst())) }
        for sign in ["!=", "==", "="] {
            guard let range = text.firstRange(of: sign) else { continue }
            return isKey(trimmed(text[..<range.lowerBound]))
                && isValue(trimmed(text[range.upperBound...]))
        }
        guard let open = text.firstIndex(of: "(") else { return isKey(text) }
        let words = text[..<open].split(separator: " ").map(String.init)
        guard words.count == 2, isKey(words[0]), ["in", "notin"].contains(words[1]),
            text.hasSuffix(")")
        else { return false }
        let values = text[text.index(after: open)...].dropLast()
            .split(separator: ",", omittingEmptySubsequences: false)
        return values.allSatisfy { isValue(trimmed($0)) }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
