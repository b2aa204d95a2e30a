import KubernetesObjects

/// The addresses of one family that Services may have.
struct AddressRange: Sendable, Equatable {
    /// Servers give out no more addresses of IPv6 than this.
    private static let countMax = 1 << 16

    private let first: IPAddress
    /// How many addresses the range has, its ends included.
    let count: Int

    /// Nil when `text` is no range such as `10.96.0.0/16` or `fd00:10:96::/112`.
    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let address = IPAddress(String(parts[0])),
            let bits = Int(parts[1]), (address.isVersion4 ? 8...30 : 64...126).contains(bits)
        else { return nil }
        let bytes = address.bytes.enumerated().map { index, byte in
            let kept = min(max(bits - index * 8, 0), 8)
            return byte & ~UInt8(truncatingIfNeeded: 0xFF >> kept)
        }
        first = IPAddress(bytes: bytes)
        let free = address.bytes.count * 8 - bits
        count = address.isVersion4 ? 1 << free : min(1 << min(free, 32), AddressRange.countMax)
    }

    /// As `ipFamilies` has it.
    var family: String { first.isVersion4 ? "IPv4" : "IPv6" }

    /// Nil when the address is not in the range.
    func offset(of address: IPAddress) -> Int? {
        let head = first.bytes.count - 4
        guard address.bytes.count == first.bytes.count,
            address.bytes[..<head] == first.bytes[..<head],
            case let distance = number(address) - number(first), (0..<count).contains(distance)
        else { return nil }
        return distance
    }

    func text(at offset: Int) -> String {
        let number = number(first) + offset
        let tail = [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) }
        return IPAddress(bytes: first.bytes.dropLast(4) + tail).text
    }

    /// The offsets that may be given out: not the network's own, nor the broadcast address.
    var usable: Range<Int> { 1..<(count - 1) }

    /// The last four bytes.
    private func number(_ address: IPAddress) -> Int {
        address.bytes.suffix(4).reduce(0) { $0 << 8 | Int($1) }
    }
}
