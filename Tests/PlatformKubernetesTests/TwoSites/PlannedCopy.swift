import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationFile
import MigrationModel
import MigrationPlanning
import MigrationPorts
import Testing

/// The steps of a migration's plan that make objects, as planning wrote them.
///
/// Sites without kubelets run nothing, so what waits for pods is left out.
struct PlannedCopy: Sendable {
    /// A change of the plan, and where it is made.
    struct Step: Sendable {
        let id: StepID
        let site: SiteRole
        let change: SiteChange
    }

    let steps: [Step]
    private let pair: SitePair
    private let forms: [String: PlannedObject.Form]
    private let excluded: Set<String>
    private var before: [StepID: BeforeImage] = [:]

    init(_ pair: SitePair, _ estate: CopiedEstate) async throws {
        let file = MigrationFile(
            name: estate.namespace,
            source: SiteAddress(context: "the source"),
            target: SiteAddress(context: "the target"),
            namespaces: [estate.namespace],
            workloads: estate.excluded.map { name in
                WorkloadRule(
                    workload: WorkloadID(
                        kind: "Deployment",
                        namespace: estate.namespace,
                        name: name
                    ),
                    isExcluded: true
                )
            },
            traffic: TrafficRule(balancer: .twin(url: "http://127.0.0.1:1", front: nil))
        )
        let inventories = (
            try await pair.platform(.source).inventory(namespaces: file.namespaces),
            try await pair.platform(.target).inventory(namespaces: file.namespaces)
        )
        let hosts = inventories.0.entries.flatMap(\.rules).compactMap(\.host)
        let plan = try MigrationPlanner.plan(
            file,
            source: inventories.0,
            target: inventories.1,
            requested: Dictionary(
                hosts.map { (RouteID($0), Weight.none) },
                uniquingKeysWith: { first, _ in first }
            )
        )
        self.pair = pair
        excluded = Set(estate.excluded)
        steps = plan.steps.compactMap { step in
            guard case .change(let site, let change) = step.operation else { return nil }
            switch (step.phase, change) {
            case (.prepare, _), (.cross, .create):
                return Step(id: step.id, site: site, change: change)
            default: return nil
            }
        }
        var forms: [String: PlannedObject.Form] = [:]
        for step in steps {
            guard case .create(let objects) = step.change else { continue }
            for object in objects { forms["\(object.reference)"] = object.form }
        }
        self.forms = forms
        for step in steps {
            before[step.id] = try await pair.platform(step.site).survey(step.change)
        }
    }

    func perform() async throws {
        for step in steps {
            _ = try await pair.platform(step.site)
                .perform(step.change, from: try #require(before[step.id]), mark: mark(step))
        }
    }

    func undo() async throws {
        for step in steps.reversed() {
            try await pair.platform(step.site)
                .undo(step.change, to: try #require(before[step.id]), mark: mark(step))
        }
    }

    private func mark(_ step: Step) -> StepMark {
        StepMark(run: RunID("two-sites"), step: step.id, epoch: 1)
    }

    /// Whether the plan leaves it where it is: a workload that was excluded.
    func isLeft(_ object: JSON) -> Bool {
        object.kind == "Deployment" && excluded.contains(object.name ?? "")
    }

    /// What the plan says that the copy of an object is.
    func formed(_ original: JSON) -> JSON {
        var object = original
        // The source's entry leads to local names by now; its own stamp is no user's.
        object.annotations = object.annotations.filter { !$0.key.hasPrefix("diolkos.dev/") }
        switch forms["\(ObjectReference(naming: object))"] {
        case .scaledToZero: object.set(0, at: "spec", "replicas")
        case .withoutSelector:
            object.remove(at: "spec", "selector")
            object.set("ClusterIP", at: "spec", "type")
            for field in ["externalTrafficPolicy", "allocateLoadBalancerNodePorts"] {
                object.remove(at: "spec", field)
            }
            let ports = (object.at("spec", "ports")?.array ?? []).map { port in
                var port = port
                port["nodePort"] = nil
                return port
            }
            object.set(.array(ports), at: "spec", "ports")
        case .toLocalNames:
            object.annotations["external-dns.alpha.kubernetes.io/controller"] = "diolkos.dev"
        case .asItIs, nil: break
        }
        return object
    }
}

extension SitePair.Site {
    /// Does what a scheduler and a kubelet would until every Deployment is ready.
    func runPods(in namespace: String, on pair: SitePair) async throws {
        var isRunning: Set<String> = []
        try await pair.wait(until: "every Deployment of \(namespace) is ready") {
            let kind = try await self.kind(ObjectReference("v1", "Pod", namespace, ""))
            for pod in try await list("v1", "Pod", in: namespace) {
                guard let name = pod.name, isRunning.insert(name).inserted else { continue }
                _ = try await client.create(
                    "binding",
                    of: kind,
                    namespace: namespace,
                    name: name,
                    [
                        "apiVersion": "v1", "kind": "Binding", "metadata": ["name": .string(name)],
                        "target": ["apiVersion": "v1", "kind": "Node", "name": "node-1"],
                    ]
                )
                let address = "10.3.0.\(isRunning.count)"
                try await setReady(name, in: namespace, address: address)
            }
            return try await list("apps/v1", "Deployment", in: namespace).allSatisfy {
                $0.at("spec", "replicas")?.int == $0.at("status", "readyReplicas")?.int
            }
        }
    }
}
