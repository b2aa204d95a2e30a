import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationFile
import MigrationModel
import MigrationPlanning
import MigrationPorts
import Testing

/// Changes of a migration's plan as planning wrote them, made one after another without an engine.
///
/// No balancer and no pod that answers stands behind these sites, so what asks them is left out.
struct PlannedSteps: Sendable {
    /// Which part of a plan.
    enum Part {
        /// What makes objects and needs no pods.
        case copy
        /// Everything up to the source's last pod.
        case crossing
    }

    let steps: [Step]
    /// What a person asks for when the way back is no longer wanted.
    let finishing: [Step]
    private let pair: SitePair
    private let namespace: String
    private let kubelets: [SiteRole: PlayedKubelet]
    private let forms: [String: PlannedObject.Form]
    private let excluded: Set<String>
    private var before: [StepID: BeforeImage] = [:]

    init(_ pair: SitePair, _ estate: CopiedEstate, _ part: Part) async throws {
        let plan = try await Self.plan(pair, estate)
        self.pair = pair
        namespace = estate.namespace
        kubelets = [
            .source: PlayedKubelet(pair.source), .target: PlayedKubelet(pair.target),
        ]
        excluded = Set(estate.excluded)
        finishing = plan.steps.filter { $0.phase == .finish }
        steps = plan.steps.filter { step in
            guard case .change(_, let change) = step.operation else { return false }
            switch (change, part) {
            case (.create, .copy): return step.phase != .finish
            case (.listen, .copy), (.tryTransfer, .copy), (.stopListening, .copy): return false
            case (_, .copy): return step.phase == .prepare
            case (_, .crossing): return step.phase != .finish
            }
        }
        var forms: [String: PlannedObject.Form] = [:]
        for step in steps {
            guard case .change(_, .create(let objects)) = step.operation else { continue }
            for object in objects { forms["\(object.reference)"] = object.form }
        }
        self.forms = forms
    }

    private static func plan(_ pair: SitePair, _ estate: CopiedEstate) async throws -> Plan {
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
        let source = try await pair.platform(.source).inventory(namespaces: file.namespaces)
        let target = try await pair.platform(.target).inventory(namespaces: file.namespaces)
        let hosts = source.entries.flatMap(\.rules).compactMap(\.host)
        return try MigrationPlanner.plan(
            file,
            source: source,
            target: target,
            requested: Dictionary(
                hosts.map { (RouteID($0), Weight.none) },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }

    /// Makes all steps in order; those that were made before from the same before-images.
    mutating func perform(_ steps: [Step]? = nil, holdsGates: Bool = false) async throws {
        for step in steps ?? self.steps {
            guard case .change(let site, let change) = step.operation else { continue }
            let platform = pair.platform(site)
            let image: BeforeImage
            if let known = before[step.id] {
                image = known
            } else {
                image = try await platform.survey(change)
            }
            before[step.id] = image
            let receipt = try await platform.perform(change, from: image, mark: mark(step))
            guard holdsGates else { continue }
            try await hold(step.gates, of: step, replicas: receipt.replicas ?? image.replicas)
        }
    }

    func undo(holdsGates: Bool = false) async throws {
        for step in steps.reversed() {
            guard case .change(let site, let change) = step.operation else { continue }
            let image = try #require(before[step.id])
            try await pair.platform(site).undo(change, to: image, mark: mark(step))
            guard holdsGates else { continue }
            try await hold(step.gatesBack, of: step, replicas: image.replicas)
        }
    }

    /// Waits for what the sites themselves can tell, while their kubelets are played.
    private func hold(_ gates: [Condition], of step: Step, replicas: Int?) async throws {
        for gate in gates {
            let site: SiteRole
            switch gate {
            case .ready(let at, _, _), .endpoints(let at, _, _), .gone(let at, _),
                .ordinalGone(let at, _, _), .bridgedOnly(let at, _), .bridgesAnswer(let at, _),
                .listens(let at, _), .linkCarries(let at, _), .trusted(let at, _):
                site = at
            case .deployedAsPlanned, .configuredAsCopied, .keptAsMade, .deploysRefused,
                .answersThroughLocalName,
                .answersThroughEntry, .share, .store,
                .metric, .smoke, .probeSucceeded, .sameAnswers, .betweenTicks, .jobsEnded,
                .settled:
                continue
            }
            let platform = pair.platform(site)
            try await pair.wait(until: "\(step.id): \(gate)") {
                try await kubelets[site]?.look(in: namespace)
                switch try await platform.check(gate, replicas: replicas) {
                case .holds, .measured: return true
                case .waiting, .broken: return false
                }
            }
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
        // The source's entry leads to local names by now; its stamp is nothing that is copied.
        object.annotations = object.annotations.filter { !$0.key.hasPrefix("diolkos.dev/") }
        switch forms["\(ObjectReference(naming: object))"] {
        case .scaledToZero: object.set(0, at: "spec", "replicas")
        case .behindOrdinals:
            object.set(
                .int(original.at("spec", "replicas")?.int ?? 1),
                at: "spec",
                "ordinals",
                "start"
            )
            object.set(0, at: "spec", "replicas")
        case .suspended: object.set(true, at: "spec", "suspend")
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
