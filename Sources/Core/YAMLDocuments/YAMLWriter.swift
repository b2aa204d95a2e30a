import JSONValues

extension YAMLDocuments {
    /// The value as a block-style document, ending with a line break; keys are sorted.
    ///
    /// Reading it back gives the same value: whatever another reader of YAML 1.1 or 1.2 could take
    /// for something else is quoted.
    package static func text(_ value: JSON) -> String {
        var writer = YAMLWriter()
        writer.write(value, depth: 0, isInline: false)
        return writer.text
    }

    /// Several documents, `---` between them.
    package static func text(documents: [JSON]) -> String {
        documents.map(text).joined(separator: "---\n")
    }
}

private struct YAMLWriter {
    var text = ""

    /// `isInline`: something (`- `) already stands on the line, so the first member joins it.
    mutating func write(_ value: JSON, depth: Int, isInline: Bool) {
        switch value {
        case .object(let members) where !members.isEmpty:
            for (index, member) in members.enumerated() {
                if index > 0 || !isInline { indent(depth) }
                writeKey(member.key, depth: depth)
                writeMember(member.value, depth: depth)
            }
        case .array(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() {
                if index > 0 || !isInline { indent(depth) }
                text += "-"
                writeElement(element, depth: depth)
            }
        default:
            if !isInline { indent(depth) }
            writeScalar(value, depth: depth)
        }
    }

    /// A key of more than 1,024 characters must be announced.
    private mutating func writeKey(_ key: String, depth: Int) {
        let key = scalar(key)
        if key.utf8.count < 1_000 {
            text += key + ":"
        } else {
            text += "? \(key)\n"
            indent(depth)
            text += ":"
        }
    }

    private mutating func writeMember(_ value: JSON, depth: Int) {
        switch value {
        case .object(let members) where !members.isEmpty:
            text += "\n"
            write(value, depth: depth + 1, isInline: false)
        case .array(let elements) where !elements.isEmpty:
            // kubectl's form: the dashes stand under the key.
            text += "\n"
            write(value, depth: depth, isInline: false)
        default:
            text += " "
            writeScalar(value, depth: depth + 1)
        }
    }

    private mutating func writeElement(_ value: JSON, depth: Int) {
        text += " "
        write(value, depth: depth + 1, isInline: true)
    }

    private mutating func indent(_ depth: Int) {
        text += String(repeating: "  ", count: depth)
    }

    private mutating func writeScalar(_ value: JSON, depth: Int) {
        switch value {
        case .null: text += "null\n"
        case .bool(let value): text += value ? "true\n" : "false\n"
        case .number(let number): text += number.literal + "\n"
        case .array: text += "[]\n"
        case .object: text += "{}\n"
        case .string(let value):
            if isBlock(value) {
                writeBlock(value, depth: depth)
            } else {
                text += scalar(value) + "\n"
            }
        }
    }

    // MARK: - Strings

    /// Text of several lines is written as a block unless a block could not hold it exactly.
    private func isBlock(_ value: String) -> Bool {
        guard let first = value.unicodeScalars.first, first != "\n", first != " ", first != "\t",
            value.unicodeScalars.contains("\n")
        else { return false }
        return value.unicodeScalars.allSatisfy { $0 == "\n" || isPrintable($0) }
    }

    private mutating func writeBlock(_ value: String, depth: Int) {
        var lines = value.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        let endsWithBreak = lines.last?.isEmpty ?? false
        if endsWithBreak { lines.removeLast() }
        let endsWithEmptyLine = endsWithBreak && (lines.last?.isEmpty ?? false)
        text += "|" + (endsWithBreak ? (endsWithEmptyLine ? "+" : "") : "-") + "\n"
        for line in lines {
            if !line.isEmpty {
                indent(max(depth, 1))
                text.unicodeScalars.append(contentsOf: line)
            }
            text += "\n"
        }
    }

    private func scalar(_ value: String) -> String {
        isPlain(value) ? value : quoted(value)
    }

    /// Narrower than YAML allows: only text that no reader takes for anything but this text.
    private func isPlain(_ value: String) -> Bool {
        guard let first = value.utf8.first, let last = value.utf8.last,
            isLetter(first) || first == 0x2F,
            last != UInt8(ascii: ":"), last != 0x20
        else { return false }
        var previous = first
        for byte in value.utf8.dropFirst() {
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"),
                UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "="), UInt8(ascii: "+"),
                UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: ";"):
                break
            case 0x20 where previous != UInt8(ascii: ":"): break
            default: guard isLetter(byte) || (0x30...0x39).contains(byte) else { return false }
            }
            previous = byte
        }
        return YAMLScalar.isText(value)
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private func quoted(_ value: String) -> String {
        var quoted = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default:
                if isPrintable(scalar) {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    let hex = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
                }
            }
        }
        return quoted + "\""
    }

    /// What libyaml and go-yaml let stand as it is, less the breaks that only YAML 1.1 knows.
    private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
            0x10000...0x10FFFF:
            true
        default: false
        }
    }
}
