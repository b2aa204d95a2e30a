/// A protocol buffers message as it goes onto the wire; fields stand in the order they are added.
struct ProtobufMessage: Sendable {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: Int, _ text: String) { add(field, bytes: Array(text.utf8)) }

    mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, bytes: message.bytes) }

    private mutating func add(_ field: Int, bytes content: [UInt8]) {
        add(varint: UInt64(field) << 3 | 2)
        add(varint: UInt64(content.count))
        bytes += content
    }

    private mutating func add(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
