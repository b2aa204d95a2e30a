import JSONValues
import KubernetesObjects
import MigrationModel

/// Where the objects of a kind hold their backends, and how they name them.
struct BackendList: Sendable {
    /// How an element names its backend.
    enum Naming: Sendable {
        /// `name`, `namespace`, `port`.
        case reference
        /// `destination.host`, `destination.subset`, `destination.port.number`.
        case destination
        /// `service`, and nothing else.
        case service
    }

    let kinds: [SharedKind]
    /// The path of the list of rules; nil where an object is one rule.
    var rules: [String]?
    /// The path of the backends, in a rule or in the object.
    let backends: [String]
    let naming: Naming
    /// The weight of a backend that states none.
    let absent: Int

    /// The lists as the kinds' own documents have them.
    ///
    /// Gateway API v1, `BackendRef.weight`: 1 where unstated. Istio, `HTTPRouteDestination.weight`: 0
    /// as any number of protobuf. Traefik, `Service.weight`: 1. Contour, `Service.weight`: 0, and
    /// shares alike where every weight is 0, which reads as a problem here. SMI: must be stated.
    static func of(_ kind: BackendListKind) -> BackendList {
        switch kind {
        case .httpRoute, .grpcRoute:
            BackendList(
                kinds: [SharedKind(group: gatewayGroup, kind: kind.rawValue)],
                rules: ["spec", "rules"],
                backends: ["backendRefs"],
                naming: .reference,
                absent: 1
            )
        case .virtualService:
            BackendList(
                kinds: [SharedKind(group: "networking.istio.io", kind: kind.rawValue)],
                rules: ["spec", "http"],
                backends: ["route"],
                naming: .destination,
                absent: 0
            )
        case .traefikService:
            BackendList(
                kinds: ["traefik.io", "traefik.containo.us"].map {
                    SharedKind(group: $0, kind: kind.rawValue)
                },
                backends: ["spec", "weighted", "services"],
                naming: .reference,
                absent: 1
            )
        case .httpProxy:
            BackendList(
                kinds: [SharedKind(group: "projectcontour.io", kind: kind.rawValue)],
                rules: ["spec", "routes"],
                backends: ["services"],
                naming: .reference,
                absent: 0
            )
        case .trafficSplit:
            BackendList(
                kinds: [SharedKind(group: "split.smi-spec.io", kind: kind.rawValue)],
                backends: ["spec", "backends"],
                naming: .service,
                absent: 0
            )
        }
    }

    static let gatewayGroup = "gateway.networking.k8s.io"

    /// What an element is called in messages, and by whoever states it.
    func name(of element: JSON, in namespace: String) -> String {
        switch naming {
        case .service: return element["service"]?.string ?? "?"
        case .destination:
            let destination = element["destination"] ?? .emptyObject
            let subset = destination["subset"]?.string.map { "/\($0)" } ?? ""
            let port = destination.at("port", "number")?.int.map { ":\($0)" } ?? ""
            return (destination["host"]?.string ?? "?") + subset + port
        case .reference:
            let port = element["port"].map { ":\($0.string ?? $0.text())" } ?? ""
            let other = element["namespace"]?.string.flatMap { $0 == namespace ? nil : $0 }
            return (other.map { "\($0)/" } ?? "") + (element["name"]?.string ?? "?") + port
        }
    }

    /// Whether an element is the backend that somebody called so; without a port, any port is meant.
    func matches(_ element: JSON, _ text: String, in namespace: String) -> Bool {
        let name = name(of: element, in: namespace)
        guard case .reference = naming else {
            let wanted = expanded(text, in: namespace)
            let found = expanded(name, in: namespace)
            return wanted == found || wanted == BackendList.withoutPort(found)
        }
        let wanted =
            text.hasPrefix("\(namespace)/") ? String(text.dropFirst(namespace.count + 1)) : text
        return wanted == name || wanted == BackendList.withoutPort(name)
    }

    private static func withoutPort(_ name: String) -> String {
        name.firstIndex(of: ":").map { String(name[..<$0]) } ?? name
    }

    /// Istio takes a host without a dot for a Service of the object's own namespace.
    private func expanded(_ text: String, in namespace: String) -> String {
        guard case .destination = naming else { return text }
        let host = text.prefix { $0 != "/" && $0 != ":" }
        guard !host.contains(".") else { return text }
        return "\(host).\(namespace).svc.cluster.local" + text.dropFirst(host.count)
    }
}
