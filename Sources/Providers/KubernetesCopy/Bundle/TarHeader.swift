/// The headers of one file in an archive: the same file has the same bytes, whenever and by whomever it
/// is written.
struct TarHeader {
    /// The largest size that eleven octal digits hold.
    private static let sizeMax = 0o77_777_777_777

    let bytes: [UInt8]

    /// `path` is relative, with `/` between its parts.
    init(path: String, size: Int) {
        let path = Array(path.utf8)
        if let (prefix, name) = TarHeader.split(path) {
            bytes = TarHeader.block(name, prefix, size, TarFormat.EntryType.file)
            return
        }
        var record = TarHeader.record("path", path)
        let head = TarHeader.block(
            Array("pax/long-name".utf8),
            [],
            record.count,
            TarFormat.EntryType.pax
        )
        record += [UInt8](repeating: 0, count: TarFormat.padded(record.count) - record.count)
        let short = Array(path.prefix(TarFormat.name.count))
        bytes = head + record + TarHeader.block(short, [], size, TarFormat.EntryType.file)
    }

    /// Prefix and name, if a path fits there.
    private static func split(_ path: [UInt8]) -> (prefix: [UInt8], name: [UInt8])? {
        if path.count <= TarFormat.name.count { return ([], path) }
        let slashes = path.indices.filter { path[$0] == UInt8(ascii: "/") }
        let fitting = slashes.first { slash in
            slash > 0 && slash <= TarFormat.prefix.count && path.count > slash + 1
                && path.count - slash - 1 <= TarFormat.name.count
        }
        guard let fitting else { return nil }
        return (Array(path[..<fitting]), Array(path[(fitting + 1)...]))
    }

    /// `30 path=…`: the number counts itself.
    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = rest.count
        while length != rest.count + String(length).utf8.count {
            length = rest.count + String(length).utf8.count
        }
        return Array(String(length).utf8) + rest
    }

    private static func block(
        _ name: [UInt8],
        _ prefix: [UInt8],
        _ size: Int,
        _ type: UInt8
    ) -> [UInt8] {
        precondition(size <= sizeMax, "an object does not have gigabytes")
        var block = [UInt8](repeating: 0, count: TarFormat.blockSize)
        func put(_ bytes: [UInt8], _ field: Range<Int>) {
            block.replaceSubrange(field.lowerBound..<(field.lowerBound + bytes.count), with: bytes)
        }
        func putOctal(_ number: Int, _ field: Range<Int>) {
            let digits = String(number, radix: 8)
            let zeros = String(repeating: "0", count: field.count - 1 - digits.utf8.count)
            put(Array((zeros + digits).utf8), field)
        }
        put(name, TarFormat.name)
        putOctal(0o600, TarFormat.mode)
        putOctal(0, TarFormat.userID)
        putOctal(0, TarFormat.groupID)
        putOctal(size, TarFormat.size)
        putOctal(0, TarFormat.time)
        block[TarFormat.type] = type
        put(TarFormat.magicText, TarFormat.magic)
        put(Array("00".utf8), TarFormat.version)
        put(prefix, TarFormat.prefix)
        putOctal(TarFormat.sum(of: block), TarFormat.checksum)
        return block
    }
}
