import KubernetesObjects

/// The IPv4 addresses that Services may have.
struct AddressRange: Sendable, Equatable {
    let first: UInt32
    /// How many addresses the range has, its ends included.
    let count: Int

    /// Nil when `text` is no IPv4 range such as `10.96.0.0/16`.
    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let address = IPAddress(String(parts[0])), address.isVersion4,
            let bits = Int(parts[1]), (8...30).contains(bits)
        else { return nil }
        let mask = UInt32.max << (32 - UInt32(bits))
        first = Self.number(address) & mask
        count = 1 << (32 - bits)
    }

    /// Nil when the address is not in the range.
    func offset(of address: IPAddress) -> Int? {
        guard address.isVersion4 else { return nil }
        let number = Self.number(address)
        guard number >= first, number - first < count else { return nil }
        return Int(number - first)
    }

    func text(at offset: Int) -> String {
        let number = first + UInt32(offset)
        return "\(number >> 24).\(number >> 16 & 0xFF).\(number >> 8 & 0xFF).\(number & 0xFF)"
    }

    /// The offsets that may be given out: not the network's own, nor the broadcast address.
    var usable: Range<Int> { 1..<(count - 1) }

    private static func number(_ address: IPAddress) -> UInt32 {
        address.bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
