import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import PlatformKubernetes

/// One namespace with a small shop at the source, and a crossing of it, change by change.
struct Scene: Sendable {
    /// One change and where it is made.
    struct Move: Sendable, CustomStringConvertible {
        let site: SiteRole
        let change: SiteChange
        let description: String
    }

    let pair: SitePair
    let namespace: String

    var service: ServiceName { ServiceName(namespace: namespace, name: "web") }
    var workload: WorkloadID { WorkloadID(kind: "Deployment", namespace: namespace, name: "web") }
    var schedule: WorkloadID { WorkloadID(kind: "CronJob", namespace: namespace, name: "report") }
    var entry: ObjectReference { reference("networking.k8s.io/v1", "Ingress", "shop") }
    var deployment: ObjectReference { reference("apps/v1", "Deployment", "web") }
    var webService: ObjectReference { reference("v1", "Service", "web") }
    var settings: ObjectReference { reference("v1", "ConfigMap", "settings") }

    func reference(_ apiVersion: String, _ kind: String, _ name: String) -> ObjectReference {
        ObjectReference(apiVersion, kind, namespace, name)
    }

    var planned: PlannedService {
        PlannedService(
            service: service,
            selector: ["app": "web", "tier": "front"],
            ports: [
                ServicePort(name: "http", port: 80, targetPort: "http"),
                ServicePort(name: "admin", port: 9000, targetPort: "8080"),
            ]
        )
    }

    /// Puts the shop at the source, and an empty namespace at the target.
    static func open(_ pair: SitePair, in namespace: String) async throws -> Scene {
        let scene = Scene(pair: pair, namespace: namespace)
        for site in [pair.source, pair.target] {
            try await site.create([
                "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)],
            ])
            let account = scene.reference("v1", "ServiceAccount", "default")
            try await pair.wait(until: "the default account is there") {
                try await site.find(account) != nil
            }
        }
        for object in scene.objects { try await pair.source.create(object) }
        return scene
    }

    private var objects: [JSON] {
        let metadata: JSON = ["name": "web", "namespace": .string(namespace)]
        let labels: JSON = ["app": "web", "tier": "front"]
        let backend: @Sendable (String) -> JSON = { name in
            ["service": ["name": .string(name), "port": ["number": 80]]]
        }
        return [
            [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "settings", "namespace": .string(namespace)],
                "data": ["colour": "blue"],
            ],
            [
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
                "spec": [
                    "replicas": 3, "selector": ["matchLabels": ["run": "web"]],
                    "template": [
                        "metadata": ["labels": ["run": "web"]],
                        "spec": ["containers": [["name": "web", "image": "nothing"]]],
                    ],
                ],
            ],
            [
                "apiVersion": "batch/v1", "kind": "CronJob",
                "metadata": ["name": "report", "namespace": .string(namespace)],
                "spec": [
                    // Once a year, so that no test meets it.
                    "schedule": "0 0 1 1 *",
                    "jobTemplate": ["spec": ["template": Scene.endingPods]],
                ],
            ],
            [
                "apiVersion": "v1", "kind": "Service", "metadata": metadata,
                "spec": [
                    "type": "NodePort", "selector": labels,
                    "ports": [
                        ["name": "http", "port": 80, "targetPort": "http"],
                        ["name": "admin", "port": 9000, "targetPort": 8080],
                    ],
                ],
            ],
            [
                "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                "metadata": ["name": "shop", "namespace": .string(namespace)],
                "spec": [
                    "rules": [
                        [
                            "host": "shop.example",
                            "http": [
                                "paths": [
                                    [
                                        "path": "/", "pathType": "Prefix",
                                        "backend": backend("web"),
                                    ],
                                    [
                                        "path": "/other", "pathType": "Prefix",
                                        "backend": backend("other"),
                                    ],
                                ]
                            ],
                        ]
                    ]
                ],
            ],
        ]
    }

    /// What a Job runs.
    static let endingPods: JSON = [
        "spec": [
            "restartPolicy": "Never", "containers": [["name": "report", "image": "nothing"]],
        ]
    ]

    /// What planning would hand over to create an object at the target.
    func copy(
        _ reference: ObjectReference,
        _ form: PlannedObject.Form,
        present: ObjectSeen? = nil
    ) async throws -> PlannedObject {
        PlannedObject(
            reference: reference,
            form: form,
            original: try await seen(reference, at: .source),
            present: present
        )
    }

    func seen(_ reference: ObjectReference, at site: SiteRole) async throws -> ObjectSeen {
        let found = try await pair[site].get(reference)
        return ObjectSeen(
            uid: found.uid ?? "",
            resourceVersion: found.resourceVersion ?? "",
            generation: found.generation
        )
    }

    /// A crossing, in the order in which planning has it.
    func moves() async throws -> [Move] {
        func move(_ site: SiteRole, _ change: SiteChange, _ what: String) -> Move {
            Move(site: site, change: change, description: what)
        }
        return [
            move(.source, .addLocalName(service: planned), "local name at the source"),
            move(.target, .addLocalName(service: planned), "local name at the target"),
            move(
                .target,
                .create(objects: [
                    try await copy(settings, .asItIs),
                    try await copy(deployment, .scaledToZero),
                    try await copy(schedule.reference, .suspended),
                    try await copy(webService, .withoutSelector),
                    try await copy(entry, .toLocalNames),
                ]),
                "copies"
            ),
            move(.target, .addBridge(service: planned), "bridge at the target"),
            move(
                .source,
                .pointEntryToLocalNames(entry: entry, services: ["web"]),
                "entry at the source"
            ),
            move(.target, .scale(workload: workload, replicas: .asCounterpart(min: 1)), "scale up"),
            move(.target, .addSelector(service: planned), "selector at the target"),
            move(.target, .removeBridge(service: planned), "no bridge at the target"),
            move(.source, .addBridge(service: planned), "bridge at the source"),
            move(.source, .removeSelector(service: planned), "no selector at the source"),
            move(.source, .scale(workload: workload, replicas: .exactly(count: 0)), "scale down"),
            move(.source, .suspend(workload: schedule), "suspend at the source"),
            move(.target, .resume(workload: schedule), "resume at the target"),
        ]
    }

    func mark(_ step: Move, epoch: Int = 1) -> StepMark {
        StepMark(run: RunID("run-1"), step: StepID(step.description), epoch: epoch)
    }

    func survey(_ move: Move) async throws -> BeforeImage {
        try await pair.platform(move.site).survey(move.change)
    }

    @discardableResult
    func perform(
        _ move: Move,
        from before: BeforeImage,
        epoch: Int = 1
    ) async throws -> Receipt {
        try await pair.platform(move.site)
            .perform(move.change, from: before, mark: mark(move, epoch: epoch))
    }

    func undo(_ move: Move, to before: BeforeImage, epoch: Int = 1) async throws {
        try await pair.platform(move.site)
            .undo(move.change, to: before, mark: mark(move, epoch: epoch))
    }

    /// Every write of the provider since the taps were reset.
    var writes: [String] { pair.source.tap.writes + pair.target.tap.writes }

    func resetTaps() {
        pair.source.tap.reset()
        pair.target.tap.reset()
    }

    /// What people would see at both sites, without what servers draw and count.
    func snapshot() async throws -> [String: JSON] {
        var found: [String: JSON] = [:]
        for site in [pair.source, pair.target] {
            for (apiVersion, kind) in [
                ("v1", "ConfigMap"), ("v1", "Service"), ("apps/v1", "Deployment"),
                ("batch/v1", "CronJob"), ("networking.k8s.io/v1", "Ingress"),
                ("discovery.k8s.io/v1", "EndpointSlice"),
            ] {
                for object in try await site.list(apiVersion, kind, in: namespace)
                where ClusterMade.reason(object) == nil {
                    let name = "\(site.role.rawValue) \(kind) \(object.name ?? "")"
                    found[name] = ObjectHygiene.portable(object)
                }
            }
        }
        return found
    }

    /// The same with uid and version: nothing at all was written in between if two are equal.
    func exactSnapshot() async throws -> [String: JSON] {
        var found = try await snapshot()
        for site in [pair.source, pair.target] {
            for (apiVersion, kind) in [("v1", "ConfigMap"), ("v1", "Service")] {
                for object in try await site.list(apiVersion, kind, in: namespace) {
                    let name = "\(site.role.rawValue) \(kind) \(object.name ?? "")"
                    found[name]?.uid = object.uid
                    found[name]?.resourceVersion = object.resourceVersion
                }
            }
        }
        return found
    }
}

/// What two snapshots differ in, for messages: names of objects and their paths.
func differences(_ before: [String: JSON], _ after: [String: JSON]) -> [String] {
    Set(before.keys).union(after.keys).sorted().flatMap { name -> [String] in
        guard let old = before[name] else { return ["\(name) came"] }
        guard let new = after[name] else { return ["\(name) went"] }
        return SemanticDiff.differences(from: old, to: new, schema: nil).map {
            "\(name)\($0): \($0.source?.text() ?? "nothing") became "
                + "\($0.target?.text() ?? "nothing")"
        }
    }
}

/// The reason of a drift; nil, with an issue, for anything else.
func driftReason(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch ProviderError.drift(let reason) {
        return reason
    } catch {
        return "no drift but \(error)"
    }
}
