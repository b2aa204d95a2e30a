import EmbeddedSites

/// Somebody outside of both sites: a database, a partner.
package struct Outsider: Sendable {
    /// Where it listens.
    package let ports: Set<Int>
    /// How far it is from each site that it lets in; packets of others get lost.
    package let roundTrips: [TwinSite: Duration]

    package init(ports: Set<Int>, roundTrips: [TwinSite: Duration]) {
        self.ports = ports
        self.roundTrips = roundTrips
    }
}
