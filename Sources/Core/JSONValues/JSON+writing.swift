extension JSON {
    /// How a value is laid out.
    ///
    /// Keys are sorted by their UTF-8 bytes in each.
    package enum Layout: Sendable {
        /// No white space at all: the form that is sent and digested.
        case compact
        /// Two spaces a level: the form that people read.
        case indented
    }

    /// The value as UTF-8.
    ///
    /// Slashes and non-ASCII text stand as they are: the body of a server-side apply is parsed as
    /// YAML, which refuses `\/` (kubernetes-client/php issue 12).
    package func encoded(_ layout: Layout = .compact) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        writer.write(self, depth: 0)
        return writer.bytes
    }

    /// The value as a text; see `encoded`.
    package func text(_ layout: Layout = .compact) -> String {
        String(decoding: encoded(layout), as: UTF8.self)
    }
}

private struct JSONWriter {
    let layout: JSON.Layout
    var bytes: [UInt8] = []

    init(layout: JSON.Layout) {
        self.layout = layout
        bytes.reserveCapacity(512)
    }

    mutating func write(_ value: JSON, depth: Int) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let value): bytes.append(contentsOf: value.literal.utf8)
        case .string(let value): write(value)
        case .array(let elements):
            writeList(elements, open: "[", close: "]", depth: depth) { writer, element in
                writer.write(element, depth: depth + 1)
            }
        case .object(let members):
            writeList(members, open: "{", close: "}", depth: depth) { writer, member in
                writer.write(member.key)
                writer.bytes.append(UInt8(ascii: ":"))
                if writer.layout == .indented { writer.bytes.append(0x20) }
                writer.write(member.value, depth: depth + 1)
            }
        }
    }

    mutating func writeList<Element>(
        _ elements: some Collection<Element>,
        open: Unicode.Scalar,
        close: Unicode.Scalar,
        depth: Int,
        write: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(depth: depth + 1)
            write(&self, element)
        }
        if !elements.isEmpty { breakLine(depth: depth) }
        bytes.append(UInt8(ascii: close))
    }

    mutating func breakLine(depth: Int) {
        guard layout == .indented else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: depth * 2))
    }

    mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                let hex = String(byte, radix: 16)
                bytes.append(contentsOf: "\\u00".utf8)
                if hex.utf8.count == 1 { bytes.append(0x30) }
                bytes.append(contentsOf: hex.utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
