#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An address of IPv4 or IPv6.
///
/// An IPv4 address that is written as an IPv6 one (`::ffff:10.0.0.1`) is the IPv4 address, as it is
/// for Go's `net.IP`.
struct IPAddress: Hashable {
    /// Four of them or sixteen, the first one first.
    let bytes: [UInt8]

    /// Nil for what is no address; brackets and zones make it none.
    init?(_ text: String) {
        if let bytes = IPAddress.bytes(of: text, family: AF_INET, count: 4) {
            self.bytes = bytes
            return
        }
        guard let bytes = IPAddress.bytes(of: text, family: AF_INET6, count: 16) else { return nil }
        let isMapped = bytes[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        self.bytes = isMapped ? Array(bytes[12...]) : bytes
    }

    /// Whether it means this machine: 127.0.0.0/8 and ::1.
    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
    }

    private static func bytes(of text: String, family: CInt, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}

/// A range of addresses, `10.0.0.0/8`.
struct IPRange: Hashable {
    private let address: IPAddress
    private let prefixLength: Int

    /// Nil for what is no range.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]),
            length <= address.bytes.count * 8
        else { return nil }
        self.address = address
        prefixLength = length
    }

    /// Whether the address lies in the range; one of the other family never does.
    func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        return (0..<prefixLength).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return other.bytes[bit / 8] & mask == address.bytes[bit / 8] & mask
        }
    }
}
