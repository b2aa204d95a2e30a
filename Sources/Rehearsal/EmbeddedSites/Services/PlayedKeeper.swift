import JSONValues
import KubernetesObjects

/// What a keeper's pod does, in the place of its program: the twin has no shell.
///
/// It leads the slices of bridges of one site to the pods or nodes of the other that are ready, and makes and
/// deletes none, as the program does.
package struct PlayedKeeper: Sendable {
    /// What its Deployment is called.
    package static let name = "diolkos-keeper"
    /// How often it looks.
    package static let interval = Duration.seconds(3)

    /// Where it is told to look.
    private let namespaces: Set<String>
    /// What the slices of its bridges bear.
    private let bridges: LabelSelector
    /// Whether it follows nodes, and not pods.
    package let followsNodes: Bool

    /// Nil for what is no keeper, or has no pod that is ready.
    package init?(_ deployment: JSON) {
        guard deployment.name == PlayedKeeper.name,
            deployment.at("status", "readyReplicas")?.int ?? 0 > 0,
            let container = deployment.podTemplate?.at("spec", "containers")?.array?.first
        else { return nil }
        func told(_ name: String) -> String {
            (container["env"]?.array ?? []).first { $0["name"]?.string == name }?["value"]?.string
                ?? ""
        }
        do {
            bridges = try LabelSelector(parsing: told("BRIDGES"))
        } catch {
            return nil
        }
        followsNodes = told("FOLLOWS") == "nodes"
        namespaces = Set(told("NAMESPACES").split(separator: " ").map(String.init))
    }

    /// The slices of this site that are to be written, as they are to be, each in the version in which it
    /// was read.
    ///
    /// `other` holds the slices of the other site, and `nodes` its nodes.
    package func writes(own: [JSON], other: [JSON], nodes: [JSON]) -> [JSON] {
        let way = followsNodes ? "nodePorts" : "podAddresses"
        let kept = own.filter { slice in
            namespaces.contains(slice.namespace ?? "") && bridges.matches(slice.labels)
                && slice.annotations["diolkos.dev/bridge-way"] == way
        }
        if followsNodes {
            return kept.sorted { $0.namespacedName < $1.namespacedName }
                .compactMap { lead($0, toNodes: nodes) }
        }
        let names = Dictionary(grouping: kept) { slice in
            "\(slice.namespace ?? "")/\(slice.labels["kubernetes.io/service-name"] ?? "")"
        }
        let pods = Dictionary(grouping: other) { slice in
            "\(slice.namespace ?? "")/\(slice.labels["kubernetes.io/service-name"] ?? "")"
        }
        return names.sorted { $0.key < $1.key }.flatMap { name, slices in
            lead(
                slices.sorted { ($0.name ?? "") < ($1.name ?? "") },
                to: pods["\(name)-local"] ?? []
            )
        }
    }

    /// With no node ready those known last are kept, for they may still carry.
    private func lead(_ slice: JSON, toNodes nodes: [JSON]) -> JSON? {
        let family = slice["addressType"]?.string
        let addresses = nodes.filter { $0.hasCondition("Ready") }.flatMap(\.internalAddresses)
            .filter { ($0.contains(":") ? "IPv6" : "IPv4") == family }
        guard !addresses.isEmpty else { return nil }
        var wanted = slice
        wanted["endpoints"] = PlayedKeeper.endpoints(addresses)
        return wanted == slice ? nil : wanted
    }

    private static func endpoints(_ addresses: [String]) -> JSON {
        .array(
            Set(addresses).sorted().map {
                ["addresses": [.string($0)], "conditions": ["ready": true]]
            }
        )
    }

    /// With nobody ready nothing is believed; all that have one set of ports stand in one slice.
    private func lead(_ slices: [JSON], to pods: [JSON]) -> [JSON] {
        var rest: [(family: JSON, ports: JSON, addresses: [String])] = []
        for slice in pods {
            let ready = (slice["endpoints"]?.array ?? []).filter { endpoint in
                endpoint.at("conditions", "ready")?.bool ?? true
                    && endpoint.at("conditions", "terminating") != true
            }
            let addresses = ready.compactMap { $0["addresses"]?.array?.first?.string }
            guard !addresses.isEmpty else { continue }
            let (family, ports) = (slice["addressType"] ?? "IPv4", slice["ports"] ?? [])
            if let place = rest.firstIndex(where: { $0.family == family && $0.ports == ports }) {
                rest[place].addresses += addresses
            } else {
                rest.append((family, ports, addresses))
            }
        }
        guard !rest.isEmpty else { return [] }
        var led: [JSON] = []
        for slice in slices {
            let place =
                rest.firstIndex {
                    $0.family == slice["addressType"] && $0.ports == slice["ports"]
                } ?? rest.firstIndex { $0.family == slice["addressType"] }
            var wanted = slice
            if let place {
                let part = rest.remove(at: place)
                wanted["ports"] = part.ports
                wanted["endpoints"] = PlayedKeeper.endpoints(part.addresses)
            } else {
                wanted["endpoints"] = []
            }
            if wanted != slice { led.append(wanted) }
        }
        return led
    }
}
