import JSONValues
import KubernetesObjects
import MigrationModel

/// Addresses that both sites use: what is dialled at one and meant for the other never leaves it.
struct RangeCheck: AssessmentCheck {
    let name = "ranges"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let (source, target) = (SiteAddresses(estate.source), SiteAddresses(estate.target))
        return hidden(target, from: source, named: estate.source.name)
            + hidden(source, from: target, named: estate.target.name)
            + shared("pods", source.pods, target.pods)
            + shared("Services", source.services, target.services)
    }

    /// Nodes of the far site that nobody at the near one can dial.
    private func hidden(
        _ far: SiteAddresses,
        from near: SiteAddresses,
        named name: String
    ) -> [Finding] {
        let own: [(what: String, ranges: [AddressRange])] = [
            ("pods", near.pods), ("Services", near.services), ("nodes", near.nodes.map(\.range)),
        ]
        return own.flatMap { what, ranges -> [Finding] in
            let nodes = far.nodes.filter { node in ranges.contains(where: node.range.overlaps) }
            return finding(
                .decide,
                nodes.map { "Node \($0.name)" },
                "their addresses belong to the \(what) of \(name) too, so nothing there can reach "
                    + "their node ports: no bridge can lead to them",
                remedy:
                    "Lead bridges to load balancers or to the entry (spec.bridges.mode), or give "
                    + "the nodes other addresses."
            )
        }
    }

    private func shared(
        _ what: String,
        _ left: [AddressRange],
        _ right: [AddressRange]
    ) -> [Finding] {
        let both = left.filter { range in right.contains(where: range.overlaps) }
        return finding(
            .note,
            both.map(\.text),
            "both sites give \(what) addresses of these ranges: no bridge leads to such an address, "
                + "and nothing else may, such as routes between the sites or addresses in "
                + "configuration",
            remedy: "Call what crosses by its name."
        )
    }
}

/// The addresses of one site, as far as its objects tell.
private struct SiteAddresses {
    let nodes: [(name: String, range: AddressRange)]
    let pods: [AddressRange]
    /// The ranges, where the server has them (1.33 and later); else the addresses that are seen.
    let services: [AddressRange]

    init(_ site: SiteFacts) {
        let all = site.all("Node")
        nodes = all.flatMap { node -> [(name: String, range: AddressRange)] in
            let internals = (node.body.at("status", "addresses")?.array ?? []).filter {
                $0["type"] == "InternalIP"
            }
            return internals.compactMap { $0["address"]?.string.flatMap(SiteAddresses.range) }
                .map { (node.name, $0) }
        }
        pods = SiteAddresses.ranges(
            all.flatMap { node -> [JSON] in
                let several = node.body.at("spec", "podCIDRs")?.array ?? []
                return several.isEmpty
                    ? [node.body.at("spec", "podCIDR")].compactMap { $0 } : several
            }
        )
        let stated = site.all("ServiceCIDR.networking.k8s.io").flatMap {
            $0.body.at("spec", "cidrs")?.array ?? []
        }
        let seen = site.all("Service").flatMap { $0.body.at("spec", "clusterIPs")?.array ?? [] }
        services = SiteAddresses.ranges(stated.isEmpty ? seen : stated)
    }

    private static func ranges(_ texts: [JSON]) -> [AddressRange] {
        Set(texts.compactMap { $0.string.flatMap(range) }).sorted()
    }

    private static func range(_ text: String) -> AddressRange? {
        IPAddress.range(text).map {
            AddressRange(text: text, bytes: $0.bytes, length: $0.length)
        }
    }
}
