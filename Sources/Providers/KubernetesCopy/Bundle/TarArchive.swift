/// The files of an archive, held in memory: nothing of it is ever written to a disk, so that no path in
/// it leads anywhere.
///
/// Archives that GNU tar, bsdtar or Python packed anew are read, too.
struct TarArchive {
    /// The content of each file by its path.
    private(set) var files: [String: ArraySlice<UInt8>] = [:]

    /// `name` is what problems call it; they say at which byte something is wrong.
    init(_ bytes: [UInt8], name: String) throws(CopyProblem) {
        try TarArchive.refuseOthers(bytes, name)
        var reader = TarReader(bytes, name: name)
        while let file = try reader.next() {
            guard files.updateValue(file.content, forKey: file.path) == nil else {
                throw CopyProblem(
                    "\(name): at byte \(file.offset): a second \(file.path); export it anew"
                )
            }
        }
    }

    /// Names what else a file may be, before it is called damaged.
    private static func refuseOthers(_ bytes: [UInt8], _ name: String) throws(CopyProblem) {
        guard !bytes.isEmpty else { throw CopyProblem("\(name) is empty; export it anew") }
        let compressions: [(program: String, magic: [UInt8])] = [
            ("gzip", [0x1F, 0x8B]), ("zstd", [0x28, 0xB5, 0x2F, 0xFD]),
            ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A]), ("bzip2", [0x42, 0x5A, 0x68]),
        ]
        for (program, magic) in compressions where bytes.starts(with: magic) {
            throw CopyProblem("\(name) is compressed; unpack it first: \(program) -d \(name)")
        }
    }
}

/// Reads an archive entry by entry.
private struct TarReader {
    struct File {
        let path: String
        let content: ArraySlice<UInt8>
        let offset: Int
    }

    private let bytes: [UInt8]
    private let name: String
    private var offset = 0
    /// The path of the last entry, for messages.
    private var last: String?
    /// What a header told of the entry behind it.
    private var longPath: String?

    init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    /// Nil at the end of the archive.
    mutating func next() throws(CopyProblem) -> File? {
        while true {
            let start = offset
            guard let header = try header() else { return nil }
            let content = try content(of: header)
            switch header[header.startIndex + TarFormat.type] {
            case TarFormat.EntryType.file, TarFormat.EntryType.formerFile,
                TarFormat.EntryType.contiguousFile:
                let path = try path(of: header, at: start)
                return File(path: path, content: content, offset: start)
            case TarFormat.EntryType.folder: longPath = nil
            case TarFormat.EntryType.pax: longPath = try pathRecord(in: content, at: start)
            case TarFormat.EntryType.paxGlobal: break
            case TarFormat.EntryType.longName: longPath = TarReader.text(content)
            default:
                let path = try path(of: header, at: start)
                throw problem(start, "\(path) is no file but a link or a device")
            }
        }
    }

    /// Nil at the two empty blocks that end an archive.
    private mutating func header() throws(CopyProblem) -> ArraySlice<UInt8>? {
        guard bytes.count - offset >= TarFormat.blockSize else { throw cutOff() }
        let header = bytes[offset..<(offset + TarFormat.blockSize)]
        if header.allSatisfy({ $0 == 0 }) {
            // The second one may be missing: some programs write but one.
            return nil
        }
        let sum = number(header, TarFormat.checksum)
        guard sum == TarFormat.sum(of: header) else {
            throw offset == 0
                ? CopyProblem("\(name) is no tar archive; `diolkos export` writes them")
                : problem(offset, "a header is damaged\(behindLast)")
        }
        offset += TarFormat.blockSize
        return header
    }

    private mutating func content(
        of header: ArraySlice<UInt8>
    ) throws(CopyProblem) -> ArraySlice<UInt8> {
        let start = offset - TarFormat.blockSize
        guard let size = number(header, TarFormat.size) else {
            throw problem(start, "an entry has no size\(behindLast)")
        }
        guard size <= bytes.count - offset else {
            let path = longPath ?? TarReader.ownPath(of: header)
            throw CopyProblem(
                "\(name) ends at byte \(bytes.count), in the middle of \(path): it was cut off; "
                    + "copy it again, or export it anew"
            )
        }
        let content = bytes[offset..<(offset + size)]
        offset = min(offset + TarFormat.padded(size), bytes.count)
        return content
    }

    /// The path of a file, which stays inside of the archive.
    private mutating func path(
        of header: ArraySlice<UInt8>,
        at start: Int
    ) throws(CopyProblem) -> String {
        let told = longPath ?? TarReader.ownPath(of: header)
        longPath = nil
        last = told
        var path = told[...]
        while path.hasPrefix("./") { path = path.dropFirst(2) }
        guard BundleManifest.isInside(String(path)) else {
            throw problem(start, "the path \"\(told)\" leads out of the archive")
        }
        return String(path)
    }

    private static func ownPath(of header: ArraySlice<UInt8>) -> String {
        func field(_ range: Range<Int>) -> String {
            let start = header.startIndex
            return text(header[(start + range.lowerBound)..<(start + range.upperBound)])
        }
        let start = header.startIndex + TarFormat.magic.lowerBound
        let isPOSIX = header[start..<(start + TarFormat.magicText.count)]
            .elementsEqual(TarFormat.magicText)
        let prefix = isPOSIX ? field(TarFormat.prefix) : ""
        return prefix.isEmpty ? field(TarFormat.name) : "\(prefix)/\(field(TarFormat.name))"
    }

    /// What pax records say of the path; nil when they say nothing of it.
    private func pathRecord(
        in records: ArraySlice<UInt8>,
        at start: Int
    ) throws(CopyProblem) -> String? {
        var rest = records
        var path: String?
        while let space = rest.firstIndex(of: 0x20) {
            let digits = String(decoding: rest[..<space], as: UTF8.self)
            guard let length = Int(digits), length > digits.utf8.count + 1, length <= rest.count,
                rest[rest.startIndex + length - 1] == UInt8(ascii: "\n")
            else { throw problem(start, "the records of an entry are damaged\(behindLast)") }
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            let parts = record.split(separator: UInt8(ascii: "="), maxSplits: 1)
            if parts.count == 2, parts[0].elementsEqual("path".utf8) {
                path = String(decoding: parts[1], as: UTF8.self)
            }
            guard !record.starts(with: "size=".utf8) else {
                throw problem(start, "an entry of gigabytes is no object")
            }
            rest = rest[(rest.startIndex + length)...]
        }
        return path
    }

    /// Up to the first zero.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// An octal number; nil for what is none.
    private func number(_ header: ArraySlice<UInt8>, _ field: Range<Int>) -> Int? {
        let start = header.startIndex
        let bytes = header[(start + field.lowerBound)..<(start + field.upperBound)]
        let digits = TarReader.text(bytes).filter { $0 != " " }
        return digits.isEmpty ? nil : Int(digits, radix: 8).flatMap { $0 >= 0 ? $0 : nil }
    }

    private var behindLast: String { last.map { ", behind \($0)" } ?? "" }

    private func cutOff() -> CopyProblem {
        CopyProblem(
            "\(name) ends at byte \(bytes.count) without an archive's end\(behindLast): it was cut "
                + "off; copy it again, or export it anew"
        )
    }

    private func problem(_ offset: Int, _ what: String) -> CopyProblem {
        CopyProblem("\(name): at byte \(offset): \(what); export it anew")
    }
}
