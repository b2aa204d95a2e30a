/// The addresses of a site, as far as its API tells.
package struct SiteRanges: Sendable, Hashable, Codable {
    /// Of its nodes.
    package var nodes: [AddressRange]
    /// Of its pods: what its nodes give out; empty where another program does.
    package var pods: [AddressRange]
    /// Of its Services: the ranges, or else single addresses that were seen.
    package var services: [AddressRange]
    /// Whether `services` are the ranges themselves.
    package var areServicesKnown: Bool
    /// Whether any of its Services has an address of a load balancer.
    package var hasBalancers: Bool

    /// Takes what was seen; each list sorted.
    package init(
        nodes: [AddressRange] = [],
        pods: [AddressRange] = [],
        services: [AddressRange] = [],
        areServicesKnown: Bool = false,
        hasBalancers: Bool = false
    ) {
        self.nodes = nodes
        self.pods = pods
        self.services = services
        self.areServicesKnown = areServicesKnown
        self.hasBalancers = hasBalancers
    }
}

/// A range of addresses: `10.1.0.0/16`; a single address is one of full length.
package struct AddressRange: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// As it was written.
    package var text: String
    /// Its first address: four bytes, or sixteen.
    package var bytes: [UInt8]
    /// How many bits all of its addresses share.
    package var length: Int

    /// Takes a range that was read.
    package init(text: String, bytes: [UInt8], length: Int) {
        precondition((0...bytes.count * 8).contains(length), "a range is no longer than an address")
        self.text = text
        self.bytes = bytes
        self.length = length
    }

    /// Whether any address lies in both; ranges of other families never share one.
    package func overlaps(_ other: AddressRange) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        return (0..<min(length, other.length)).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return bytes[bit / 8] & mask == other.bytes[bit / 8] & mask
        }
    }

    package var description: String { text }

    /// By family, then by address, then by length.
    package static func < (left: AddressRange, right: AddressRange) -> Bool {
        if left.bytes.count != right.bytes.count { return left.bytes.count < right.bytes.count }
        if left.bytes != right.bytes { return left.bytes.lexicographicallyPrecedes(right.bytes) }
        return (left.length, left.text) < (right.length, right.text)
    }
}
