import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// What a Service says about the pods behind it.
struct ServiceSelection: Sendable {
    let service: JSON

    /// Nil for a Service whose endpoints somebody else writes.
    let selector: LabelSelector?

    init(_ service: JSON) {
        self.service = service
        let isExternal = service.at("spec", "type")?.string == "ExternalName"
        let hasSelector = service.at("spec", "selector")?.object != nil
        selector = hasSelector && !isExternal ? .ofMap(service) : nil
    }

    var ports: [JSON] { service.at("spec", "ports")?.array ?? [] }

    var publishesNotReady: Bool {
        service.at("spec", "publishNotReadyAddresses")?.bool ?? false
    }

    /// Whether the Service has no address of its own.
    var isHeadless: Bool {
        let address = service.at("spec", "clusterIP")?.string ?? ""
        return address.isEmpty || address == "None"
    }

    /// Whether a pod of it is known by name in DNS.
    func namesHost(of pod: JSON) -> Bool {
        guard let hostname = pod.at("spec", "hostname")?.string, !hostname.isEmpty else {
            return false
        }
        return pod.at("spec", "subdomain")?.string == service.name
            && pod.namespace == service.namespace
    }

    /// The pods that the Service selects and that can have endpoints, in key order.
    ///
    /// A pod that is finished or has no address yet has none.
    func pods(includingTerminating: Bool, in view: ClusterView) -> [JSON] {
        guard let selector else { return [] }
        return view.objects(.pods, namespace: service.namespace ?? "", matching: selector).filter {
            !$0.isPodFinished && !$0.podAddresses.isEmpty
                && (includingTerminating || !$0.isBeingDeleted)
        }
    }

    /// The number that a port of the Service means in `pod`; nil when the pod has no such name.
    static func targetPort(of port: JSON, in pod: JSON) -> Int? {
        guard let target = port["targetPort"] else { return port["port"]?.int }
        guard let wanted = target.string else { return target.int }
        let sidecars = (pod.at("spec", "initContainers")?.array ?? []).filter {
            $0["restartPolicy"]?.string == "Always"
        }
        for container in (pod.at("spec", "containers")?.array ?? []) + sidecars {
            for candidate in container["ports"]?.array ?? []
            where candidate["name"]?.string == wanted
                && (candidate["protocol"]?.string ?? "TCP") == (port["protocol"]?.string ?? "TCP")
            {
                return candidate["containerPort"]?.int
            }
        }
        return nil
    }

    /// How an endpoint points at its pod.
    static func reference(to pod: JSON) -> JSON {
        [
            "kind": "Pod", "namespace": .string(pod.namespace ?? ""),
            "name": .string(pod.name ?? ""), "uid": .string(pod.uid ?? ""),
        ]
    }

    /// The Services whose endpoints a change of a pod may change.
    static func services(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        let labels = change.object.at("metadata", "labels")
        let labelsBefore = change.previous?.at("metadata", "labels")
        let hasOtherLabels = change.previous != nil && labelsBefore != labels
        return view.objects(.services, namespace: change.object.namespace ?? "").compactMap {
            guard selects($0, labels) || (hasOtherLabels && selects($0, labelsBefore)) else {
                return nil
            }
            return ObjectAddress(.services, of: $0)
        }
    }

    /// What `selector` says, for one who asks it of every Service: no selector is made for that.
    ///
    /// One that cannot be read asks for labels that no object can have.
    private static func selects(_ service: JSON, _ labels: JSON?) -> Bool {
        guard let spec = service.spec, let wanted = spec["selector"]?.object,
            wanted.allSatisfy({ $1.string == nil || labels?[$0] == $1 })
        else { return false }
        return spec["type"]?.string != "ExternalName"
    }
}

/// The labels and annotations of endpoints that have a meaning.
enum EndpointLabel {
    static let serviceName = "kubernetes.io/service-name"
    static let managedBy = "endpointslice.kubernetes.io/managed-by"
    static let headless = "service.kubernetes.io/headless"
    static let skipMirror = "endpointslice.kubernetes.io/skip-mirror"
    static let triggerTime = "endpoints.kubernetes.io/last-change-trigger-time"
    static let overCapacity = "endpoints.kubernetes.io/over-capacity"
    static let leader = "control-plane.alpha.kubernetes.io/leader"
    static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
}
