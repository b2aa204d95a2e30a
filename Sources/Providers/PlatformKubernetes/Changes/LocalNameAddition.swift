import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Creates the local name of a Service, which selects this site's pods only, and what the other site's
/// bridge leads to: its pods, node ports, a load balancer, or a rule of the site's entry.
///
/// Repeated: what bears this step's mark is left alone. Undone: it is deleted, by uid.
struct LocalNameAddition: ChangeMaker {
    let access: SiteAccess
    let service: PlannedService
    /// Whether the entry leads to the local name at either site: what has no other name.
    var isOnlyLocal = false

    private var reference: ObjectReference { .service(service.service.localName) }

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let made = try await own(reference, mark).ensure(object)
        if let entry = service.entryReference {
            _ = try await own(entry, mark).ensure(rule(as: entry))
        }
        return Receipt(details: ["uid": made.uid.map(JSON.string) ?? .null])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        for reference in [service.entryReference, reference].compactMap({ $0 }) {
            try await own(reference, mark).remove()
        }
    }

    private func own(_ reference: ObjectReference, _ mark: StepMark) -> OwnObject {
        OwnObject(access: access, reference: reference, mark: mark)
    }

    /// Leads every host that callers of the name write to where pods are: at the source to the local
    /// name, at the target to the name itself and so across its bridge, until the plan says otherwise.
    private func rule(as reference: ObjectReference) -> JSON {
        let port = service.ports.first?.port ?? 80
        let isLocal = access.site == .source || isOnlyLocal
        let name = isLocal ? service.service.localName : service.service
        let backend: JSON = [
            "service": ["name": .string(name.name), "port": ["number": .int(port)]]
        ]
        var spec: JSON = [
            "rules": .array(
                service.hosts.map { host in
                    [
                        "host": .string(host),
                        "http": [
                            "paths": [["path": "/", "pathType": "Prefix", "backend": backend]]
                        ],
                    ]
                }
            )
        ]
        if case .entry(_, _, let ingressClass?) = service.way {
            spec["ingressClassName"] = .string(ingressClass)
        }
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": [
                "name": .string(reference.name),
                "namespace": .string(service.service.namespace),
            ],
            "spec": spec,
        ]
    }

    private var object: JSON {
        var metadata: JSON = [
            "name": .string(reference.name), "namespace": .string(service.service.namespace),
        ]
        if case .loadBalancer(let annotations) = service.way, !annotations.isEmpty {
            metadata["annotations"] = JSON(stringMap: annotations)
        }
        return [
            "apiVersion": "v1", "kind": "Service", "metadata": metadata,
            "spec": [
                "type": .string(type),
                "selector": JSON(stringMap: service.selector),
                "ports": .array(service.ports.map(port)),
            ],
        ]
    }

    private var type: String {
        switch service.way {
        case .nodePorts: "NodePort"
        case .loadBalancer: "LoadBalancer"
        case .entry, .podAddresses: "ClusterIP"
        }
    }

    private func port(_ port: ServicePort) -> JSON {
        var object: JSON = ["port": .int(port.port), "protocol": .string(port.transport)]
        if !port.name.isEmpty { object["name"] = .string(port.name) }
        if let target = port.targetPort {
            object["targetPort"] = Int(target).map { .int($0) } ?? .string(target)
        }
        if let appProtocol = port.appProtocol { object["appProtocol"] = .string(appProtocol) }
        return object
    }
}
