/// The fields of one protocol buffers message, as they stand on the wire.
struct WireFields {
    /// What a field holds, by the way it is written.
    enum Value {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    let fields: [(number: Int, value: Value)]

    /// Nil when the bytes are no message.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        var fields: [(number: Int, value: Value)] = []
        while !rest.isEmpty {
            guard let tag = Self.varint(&rest), let number = Int(exactly: tag >> 3), number > 0,
                let value = Self.value(type: tag & 7, &rest)
            else { return nil }
            fields.append((number, value))
        }
        self.fields = fields
    }

    /// The last field of that number that holds bytes, as they are.
    func bytes(_ number: Int) -> ArraySlice<UInt8>? {
        for field in fields.reversed() where field.number == number {
            if case .bytes(let bytes) = field.value { return bytes }
        }
        return nil
    }

    func text(_ number: Int) -> String { String(decoding: bytes(number) ?? [], as: UTF8.self) }

    /// Zero where there is none, as in the original.
    func int(_ number: Int) -> Int {
        for field in fields.reversed() where field.number == number {
            if case .number(let value) = field.value { return Int(Int64(bitPattern: value)) }
        }
        return 0
    }

    private static func value(type: UInt64, _ rest: inout ArraySlice<UInt8>) -> Value? {
        switch type {
        case 0: return varint(&rest).map(Value.number)
        case 1: return fixed(8, &rest)
        case 2:
            guard let count = varint(&rest), count <= UInt64(rest.count) else { return nil }
            defer { rest = rest.dropFirst(Int(count)) }
            return .bytes(rest.prefix(Int(count)))
        case 5: return fixed(4, &rest)
        default: return nil
        }
    }

    private static func fixed(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Value? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return .number(rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
