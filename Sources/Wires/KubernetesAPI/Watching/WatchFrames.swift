/// Cuts a stream of bytes into the JSON objects that stand in it one behind the other.
///
/// Chunks may end anywhere, in the middle of a character too. Only braces and strings are looked
/// at here; whether a frame is JSON is for its parser.
struct WatchFrames {
    /// A frame would be larger than is taken.
    struct FrameTooLarge: Error {
        let sizeMax: Int
    }

    private let frameSizeMax: Int
    private var buffer: [UInt8] = []
    /// How much of `buffer` has been cut off already.
    private var start = 0
    private var position = 0
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    init(frameSizeMax: Int) {
        self.frameSizeMax = frameSizeMax
    }

    /// Whether the stream may end here without having lost anything.
    var isBetweenFrames: Bool {
        depth == 0 && buffer[start...].allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }

    mutating func append(_ chunk: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            position -= start
            start = 0
        }
        buffer += chunk
    }

    /// The next whole frame, nil when more bytes must come first.
    mutating func next() throws(FrameTooLarge) -> [UInt8]? {
        while position < buffer.count {
            let byte = buffer[position]
            position += 1
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                // Below zero is no JSON; the parser will say so.
                if depth <= 0 { return cut() }
            default: break
            }
        }
        guard position - start <= frameSizeMax else { throw FrameTooLarge(sizeMax: frameSizeMax) }
        return nil
    }

    private mutating func cut() -> [UInt8] {
        depth = 0
        defer { start = position }
        return Array(buffer[start..<position])
    }
}
