/// One of the two sites of a twin.
package enum TwinSite: String, Sendable, Hashable, CaseIterable, Comparable {
    case source
    case target

    /// The second octet of every address at this site: 10.1.0.0/16 and 10.2.0.0/16.
    package var octet: UInt8 { self == .source ? 1 : 2 }

    /// Where its entry is reached from inside both sites, at port 80.
    package var entryAddress: TwinAddress { TwinAddress(10, octet, 254, 1) }

    /// How many load balancers beside its cluster have an address of their own.
    package static let balancersMax = 254

    /// That of its load balancer of this number, from 1.
    package func balancerAddress(_ number: Int) -> TwinAddress {
        precondition((1...TwinSite.balancersMax).contains(number), "no such load balancer")
        return TwinAddress(10, octet, 253, UInt8(number))
    }

    package static func < (left: TwinSite, right: TwinSite) -> Bool {
        left.octet < right.octet
    }
}
