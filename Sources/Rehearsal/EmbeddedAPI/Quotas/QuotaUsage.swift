import JSONValues
import KubernetesObjects

/// What objects count for in a ResourceQuota: the evaluators of a server, kind by kind.
package enum QuotaUsage {
    /// What `objects` use of what a quota bounds, as its status says it.
    package static func used(
        of quota: JSON,
        objects: (ResourceName) -> [JSON]
    ) -> JSON {
        let scope = QuotaScope(quota)
        var used = Quantities()
        var sums: [ResourceName: Quantities] = [:]
        for name in quota.at("spec", "hard")?.object?.keys ?? [] {
            guard let resource = resource(of: name) else {
                used[name] = Quantity(0)
                continue
            }
            let sum =
                sums[resource]
                ?? objects(resource).filter { scope.holds(of: $0, resource) }
                .reduce(Quantities()) { $0 + usage(of: $1, resource) }
            sums[resource] = sum
            used[name] = sum[name] ?? Quantity(0)
        }
        return used.document
    }

    /// Whose objects an entry of a quota counts.
    private static func resource(of name: String) -> ResourceName? {
        if name.hasPrefix("count/") {
            let parts = name.dropFirst("count/".count).split(separator: ".", maxSplits: 1)
            guard let plural = parts.first else { return nil }
            return ResourceName(String(plural), group: parts.count == 2 ? String(parts[1]) : "")
        }
        if name.contains("storage") && !name.contains("ephemeral") {
            return .persistentVolumeClaims
        }
        switch name.split(separator: ".").first {
        case "services": return .services
        case "persistentvolumeclaims": return .persistentVolumeClaims
        case "configmaps", "secrets", "replicationcontrollers", "resourcequotas":
            return ResourceName(name)
        case "pods", "cpu", "memory", "ephemeral-storage", "requests", "limits": return .pods
        default: return nil
        }
    }

    /// What one object counts for.
    static func usage(of object: JSON, _ resource: ResourceName) -> Quantities {
        let count = "count/\(resource)"
        switch resource {
        case .pods: return pod(object)
        case .services: return service(object)
        case .persistentVolumeClaims: return claim(object)
        case .configMaps, .secrets, .replicationControllers, .resourceQuotas:
            return Quantities([resource.plural: Quantity(1), count: Quantity(1)])
        default: return Quantities([count: Quantity(1)])
        }
    }

    /// A pod that has ended holds nothing but its name.
    private static func pod(_ pod: JSON) -> Quantities {
        var usage = Quantities(["count/pods": Quantity(1)])
        guard !pod.isPodFinished else { return usage }
        usage["pods"] = Quantity(1)
        let resources = PodResources(pod)
        return usage + compute(resources.requests, resources.limits)
    }

    /// What containers ask for, under the names that quotas have for it.
    static func compute(_ requests: Quantities, _ limits: Quantities) -> Quantities {
        var usage = Quantities()
        for name in requests.names {
            if ["cpu", "memory", "ephemeral-storage"].contains(name) {
                usage[name] = requests[name]
            }
            usage["requests.\(name)"] = requests[name]
        }
        for name in limits.names { usage["limits.\(name)"] = limits[name] }
        return usage
    }

    private static func service(_ service: JSON) -> Quantities {
        let ports = service.at("spec", "ports")?.array?.count ?? 0
        let type = service.at("spec", "type")?.string
        let isBalanced = type == "LoadBalancer"
        let takesPorts =
            service.at("spec", "allocateLoadBalancerNodePorts")?.bool ?? true
            || (service.at("spec", "ports")?.array ?? []).contains { $0["nodePort"]?.int != nil }
        let hasPorts = type == "NodePort" || isBalanced && takesPorts
        return Quantities([
            "services": Quantity(1), "count/services": Quantity(1),
            "services.loadbalancers": Quantity(isBalanced ? 1 : 0),
            "services.nodeports": Quantity(hasPorts ? ports : 0),
        ])
    }

    private static func claim(_ claim: JSON) -> Quantities {
        var usage = Quantities([
            "persistentvolumeclaims": Quantity(1), "count/persistentvolumeclaims": Quantity(1),
        ])
        let storage = Quantities(claim.at("spec", "resources", "requests"))["storage"]
        usage["requests.storage"] = storage
        if let name = claim.at("spec", "storageClassName")?.string, !name.isEmpty {
            let prefix = "\(name).storageclass.storage.k8s.io/"
            usage[prefix + "persistentvolumeclaims"] = Quantity(1)
            usage[prefix + "requests.storage"] = storage
        }
        return usage
    }
}

/// Which pods a quota is about.
struct QuotaScope: Sendable {
    private let requirements: [(scope: String, relation: String, values: [String])]

    init(_ quota: JSON) {
        let scopes = (quota.at("spec", "scopes")?.array ?? []).compactMap(\.string)
        let chosen = quota.at("spec", "scopeSelector", "matchExpressions")?.array ?? []
        requirements =
            scopes.map { ($0, "Exists", []) }
            + chosen.map { expression in
                (
                    expression["scopeName"]?.string ?? "", expression["operator"]?.string ?? "",
                    (expression["values"]?.array ?? []).compactMap(\.string)
                )
            }
    }

    /// A quota with a scope counts pods only.
    func holds(of object: JSON, _ resource: ResourceName) -> Bool {
        guard !requirements.isEmpty else { return true }
        guard resource == .pods else { return false }
        return requirements.allSatisfy { scope, relation, values in
            let priority = object.at("spec", "priorityClassName")?.string ?? ""
            switch scope {
            case "Terminating": return object.at("spec", "activeDeadlineSeconds")?.int != nil
            case "NotTerminating": return object.at("spec", "activeDeadlineSeconds")?.int == nil
            case "BestEffort": return Self.isBestEffort(object)
            case "NotBestEffort": return !Self.isBestEffort(object)
            case "PriorityClass":
                switch relation {
                case "In": return values.contains(priority)
                case "NotIn": return !values.contains(priority)
                case "DoesNotExist": return priority.isEmpty
                default: return !priority.isEmpty
                }
            default: return false
            }
        }
    }

    private static func isBestEffort(_ pod: JSON) -> Bool {
        ["containers", "initContainers"].flatMap { pod.at("spec", $0)?.array ?? [] }.allSatisfy {
            $0.at("resources", "requests")?.object?.isEmpty ?? true
                && $0.at("resources", "limits")?.object?.isEmpty ?? true
        }
    }
}
