import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Reads what a site's API tells of its addresses.
struct RangeReader: Sendable {
    let access: SiteAccess
    /// Every Node.
    let nodes: [JSON]
    /// The Services of the namespaces that are looked at.
    let services: [JSON]

    func read() async throws(ProviderError) -> SiteRanges {
        let stated = try await serviceRanges()
        let seen = services.flatMap { $0.at("spec", "clusterIPs")?.array ?? [] }
        return SiteRanges(
            nodes: RangeReader.sorted(
                nodes.flatMap(\.internalAddresses).compactMap(AddressRange.init)
            ),
            pods: RangeReader.sorted(nodes.flatMap(RangeReader.podRanges)),
            services: stated.isEmpty
                ? RangeReader.sorted(seen.compactMap { $0.string.flatMap(AddressRange.init) })
                : stated,
            areServicesKnown: !stated.isEmpty,
            hasBalancers: services.contains { !RangeReader.balancers(of: $0).isEmpty }
        )
    }

    /// The addresses that a load balancer of the Service answers at; names are none.
    static func balancers(of service: JSON) -> [String] {
        (service.at("status", "loadBalancer", "ingress")?.array ?? [])
            .compactMap { $0["ip"]?.string }.sorted()
    }

    private static func sorted(_ ranges: [AddressRange]) -> [AddressRange] { Set(ranges).sorted() }

    /// From which the pods of a node have their addresses, as far as it tells.
    static func podRanges(_ node: JSON) -> [AddressRange] {
        let several = (node.at("spec", "podCIDRs")?.array ?? []).compactMap(\.string)
        let all = several.isEmpty ? [node.at("spec", "podCIDR")?.string].compactMap { $0 } : several
        return all.compactMap(AddressRange.init)
    }

    /// What servers since 1.33 say themselves; empty where they do not, or where it may not be read.
    private func serviceRanges() async throws(ProviderError) -> [AddressRange] {
        do {
            let kind = try await access.client.resource(
                group: "networking.k8s.io",
                kind: "ServiceCIDR"
            )
            let found = try await access.client.list(kind).items
            return RangeReader.sorted(
                found.flatMap { $0.at("spec", "cidrs")?.array ?? [] }
                    .compactMap { $0.string.flatMap(AddressRange.init) }
            )
        } catch {
            if case .noMatch = error { return [] }
            if error.isForbidden || error.isNotFound { return [] }
            throw access.providerError(error, isWrite: false)
        }
    }
}

extension AddressRange {
    /// Reads `10.1.0.0/16`, or a single address; nil for anything else.
    init?(_ text: String) {
        guard let range = IPAddress.range(text) else { return nil }
        self.init(text: text, bytes: range.bytes, length: range.length)
    }
}
