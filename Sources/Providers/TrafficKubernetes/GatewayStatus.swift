import JSONValues
import KubernetesObjects

/// What the controllers of the Gateway API say of a route: pure.
enum GatewayStatus {
    private static let conditionsNeeded = ["Accepted", "ResolvedRefs"]

    /// What is missing before the route, in its present generation, is known to be taken as it is; nil
    /// when nothing is.
    ///
    /// That is not yet served: only requests tell what is (Gateway API, RouteStatus).
    static func missing(of route: JSON) -> String? {
        let parents = route.at("status", "parents")?.array ?? []
        for reference in route.at("spec", "parentRefs")?.array ?? [] {
            let own = parents.filter {
                isSame($0["parentRef"] ?? .null, reference, in: route.namespace)
            }
            guard !own.isEmpty else {
                return "no controller has taken it for \(name(of: reference))"
            }
            for parent in own {
                if let missing = missing(in: parent, of: route) {
                    return "\(name(of: reference)): \(missing)"
                }
            }
        }
        return parents.isEmpty ? "no controller has taken it for any Gateway" : nil
    }

    private static func missing(in parent: JSON, of route: JSON) -> String? {
        let conditions = parent["conditions"]?.array ?? []
        func condition(_ type: String) -> JSON? {
            conditions.first { $0["type"]?.string == type }
        }
        for type in conditionsNeeded {
            guard let found = condition(type) else { return "nothing is said of \(type)" }
            let seen = found["observedGeneration"]?.int ?? 0
            guard seen >= route.generation ?? 0 else {
                return "\(type) is of generation \(seen), the route is of "
                    + "\(route.generation ?? 0)"
            }
            guard found["status"]?.string == "True" else {
                return "\(type) is \(found["status"]?.string ?? "unknown")\(reason(of: found))"
            }
        }
        guard let partly = condition("PartiallyInvalid"), partly["status"]?.string == "True" else {
            return nil
        }
        return "it is taken in part only\(reason(of: partly))"
    }

    private static func reason(of condition: JSON) -> String {
        let texts = [condition["reason"]?.string, condition["message"]?.string].compactMap { $0 }
            .filter { !$0.isEmpty }
        return texts.isEmpty ? "" : " (\(texts.joined(separator: ": ")))"
    }

    /// A status repeats the reference as it stands in the spec, with or without what is implied.
    private static func isSame(_ left: JSON, _ right: JSON, in namespace: String?) -> Bool {
        GatewayParent(left, in: namespace) == GatewayParent(right, in: namespace)
    }

    private static func name(of reference: JSON) -> String {
        "\(reference["kind"]?.string ?? "Gateway") \(reference["name"]?.string ?? "?")"
    }
}

/// What a route names as its parent, with all that is implied.
struct GatewayParent: Hashable {
    let group: String
    let kind: String
    let namespace: String
    let name: String
    let section: String?
    let port: Int?

    init(_ reference: JSON, in routeNamespace: String?) {
        group = reference["group"]?.string ?? BackendList.gatewayGroup
        kind = reference["kind"]?.string ?? "Gateway"
        namespace = reference["namespace"]?.string ?? routeNamespace ?? ""
        name = reference["name"]?.string ?? ""
        section = reference["sectionName"]?.string
        port = reference["port"]?.int
    }
}
