import Clocks
import JSONValues
import KubernetesObjects

extension TablePrinter {
    /// How requests find what runs.
    static let network: [ResourceName: TablePrinter] = [
        .services: TablePrinter(
            "Type|Cluster-IP|External-IP|Port(s)|Age|Selector@1"
        ) { object, ages in
            [
                CellText.or(object.at("spec", "type")?.string, ""),
                CellText.or(object.at("spec", "clusterIPs")?[0]?.string),
                .string(externalAddress(object)), .string(servicePorts(object)), ages.age(object),
                .string(CellText.labels(object.at("spec", "selector"))),
            ]
        },
        .endpoints: TablePrinter("Endpoints|Age") { object, ages in
            [.string(addresses(object)), ages.age(object)]
        },
        .endpointSlices: TablePrinter("AddressType|Ports|Endpoints|Age") { object, ages in
            let ports = (object["ports"]?.array ?? []).map { CellText.plain($0["port"]) ?? "*" }
            let addresses = (object["endpoints"]?.array ?? [])
                .flatMap { $0["addresses"]?.array ?? [] }
                .compactMap(\.string)
            return [
                CellText.or(object["addressType"]?.string, ""),
                .string(CellText.shortened(ports, empty: "<unset>")),
                .string(CellText.shortened(addresses, empty: "<unset>")), ages.age(object),
            ]
        },
        .ingresses: TablePrinter("Class|Hosts|Address|Ports|Age") { object, ages in
            [
                CellText.or(object.at("spec", "ingressClassName")?.string),
                .string(hosts(object)), .string(CellText.loadBalancer(object.status)),
                object.at("spec", "tls")?.array?.isEmpty == false ? "80, 443" : "80",
                ages.age(object),
            ]
        },
        .ingressClasses: TablePrinter("Controller|Parameters|Age") { object, ages in
            [
                CellText.or(object.at("spec", "controller")?.string, ""),
                .string(parameters(object)), ages.age(object),
            ]
        },
        .networkPolicies: TablePrinter("Pod-Selector|Age") { object, ages in
            [.string(CellText.selector(object.at("spec", "podSelector"))), ages.age(object)]
        },
    ]

    private static func externalAddress(_ service: JSON) -> String {
        let own = (service.at("spec", "externalIPs")?.array ?? []).compactMap(\.string)
        switch service.at("spec", "type")?.string {
        case "ClusterIP", "NodePort": return own.isEmpty ? "<none>" : own.joined(separator: ",")
        case "LoadBalancer":
            let given = CellText.loadBalancer(service.status)
            let all = (given.isEmpty ? [] : [given]) + own
            return all.isEmpty ? "<pending>" : all.joined(separator: ",")
        case "ExternalName": return service.at("spec", "externalName")?.string ?? ""
        default: return "<unknown>"
        }
    }

    private static func servicePorts(_ service: JSON) -> String {
        let ports = (service.at("spec", "ports")?.array ?? []).map { port in
            let number = CellText.plain(port["port"]) ?? ""
            let node = port["nodePort"]?.int ?? 0
            let proto = port["protocol"]?.string ?? ""
            return node > 0 ? "\(number):\(node)/\(proto)" : "\(number)/\(proto)"
        }
        return ports.isEmpty ? "<none>" : ports.joined(separator: ",")
    }

    /// Every ready address with every port; subsets without ports show addresses alone.
    private static func addresses(_ endpoints: JSON) -> String {
        let subsets = endpoints["subsets"]?.array ?? []
        guard !subsets.isEmpty else { return "<none>" }
        let texts = subsets.flatMap { subset -> [String] in
            let addresses = (subset["addresses"]?.array ?? []).compactMap { $0["ip"]?.string }
            let ports = (subset["ports"]?.array ?? []).compactMap { $0["port"]?.int }
            guard !ports.isEmpty else { return addresses }
            return ports.flatMap { port in
                addresses.map { $0.contains(":") ? "[\($0)]:\(port)" : "\($0):\(port)" }
            }
        }
        return CellText.shortened(texts, empty: "")
    }

    private static func hosts(_ ingress: JSON) -> String {
        let rules = ingress.at("spec", "rules")?.array ?? []
        var named: [String] = []
        var hasMore = false
        for rule in rules {
            // As the original counts: what follows the third host is more, whatever it is.
            if named.count == 3 { hasMore = true }
            if !hasMore, let host = rule["host"]?.string, !host.isEmpty { named.append(host) }
        }
        guard !named.isEmpty else { return "*" }
        let shown = named.joined(separator: ",")
        return hasMore ? "\(shown) + \(rules.count - 3) more..." : shown
    }

    private static func parameters(_ ingressClass: JSON) -> String {
        guard let reference = ingressClass.at("spec", "parameters") else { return "<none>" }
        let group = reference["apiGroup"]?.string.map { ".\($0)" } ?? ""
        return "\(reference["kind"]?.string ?? "")\(group)/\(reference["name"]?.string ?? "")"
    }
}
