/// One of the two sites of a twin.
package enum TwinSite: String, Sendable, Hashable, CaseIterable, Comparable {
    case source
    case target

    /// The second octet of every address at this site: 10.1.0.0/16 and 10.2.0.0/16.
    package var octet: UInt8 { self == .source ? 1 : 2 }

    /// Where its entry is reached from inside both sites, at port 80.
    package var entryAddress: TwinAddress { TwinAddress(10, octet, 254, 1) }

    package static func < (left: TwinSite, right: TwinSite) -> Bool {
        left.octet < right.octet
    }
}
