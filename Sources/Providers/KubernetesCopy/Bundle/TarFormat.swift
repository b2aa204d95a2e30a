/// What of POSIX's ustar format, with pax headers for long names, a bundle uses.
enum TarFormat {
    static let blockSize = 512
    /// Where the fields of a header stand.
    static let name = 0..<100
    static let mode = 100..<108
    static let userID = 108..<116
    static let groupID = 116..<124
    static let size = 124..<136
    static let time = 136..<148
    static let checksum = 148..<156
    static let type = 156
    static let magic = 257..<263
    static let version = 263..<265
    static let prefix = 345..<500

    static let magicText = Array("ustar\0".utf8)

    /// What an entry is.
    enum EntryType {
        static let file = UInt8(ascii: "0")
        /// As archives from before POSIX have it.
        static let formerFile: UInt8 = 0
        static let contiguousFile = UInt8(ascii: "7")
        static let folder = UInt8(ascii: "5")
        /// Records about the entry that follows.
        static let pax = UInt8(ascii: "x")
        /// Records about all that follow.
        static let paxGlobal = UInt8(ascii: "g")
        /// GNU's own way of a long name.
        static let longName = UInt8(ascii: "L")
    }

    /// The sum of a header's bytes, in which the sum itself counts as spaces.
    static func sum(of header: some Collection<UInt8>) -> Int {
        header.enumerated().reduce(0) { sum, byte in
            sum + (checksum.contains(byte.offset) ? 0x20 : Int(byte.element))
        }
    }

    /// How many bytes a content takes up, in whole blocks.
    static func padded(_ size: Int) -> Int { (size + blockSize - 1) / blockSize * blockSize }
}
