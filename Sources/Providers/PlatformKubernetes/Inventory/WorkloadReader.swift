import JSONValues
import KubernetesObjects
import MigrationModel

/// Finds the Deployments among a site's objects, and what belongs to each.
struct WorkloadReader: Sendable {
    private let objects: [JSON]
    private let owners: OwnerChain
    private let calls: CallFinder

    init(objects: [JSON], owners: OwnerChain, services: [ServiceName]) {
        self.objects = objects
        self.owners = owners
        calls = CallFinder(
            services: Set(services),
            configMaps: objects.filter { $0.isKind("ConfigMap", in: "") }
        )
    }

    func read() -> [WorkloadRecord] {
        objects.filter { $0.isKind("Deployment", in: "apps") && owners.reason($0) == nil }
            .compactMap(record).sorted { $0.id < $1.id }
    }

    private func record(_ deployment: JSON) -> WorkloadRecord? {
        guard let namespace = deployment.namespace, let name = deployment.name,
            let seen = ObjectSeen(deployment)
        else { return nil }
        let id = WorkloadID(kind: "Deployment", namespace: namespace, name: name)
        let template = deployment.at("spec", "template") ?? .emptyObject
        let scalers = objects.filter { isScaler($0, of: id) }
        let budgets = objects.filter { isBudget($0, of: namespace, labels: template.labels) }
        return WorkloadRecord(
            id: id,
            seen: seen,
            replicas: deployment.at("spec", "replicas")?.int ?? 1,
            readyReplicas: deployment.at("status", "readyReplicas")?.int ?? 0,
            podLabels: template.labels,
            attendants: (scalers + budgets).compactMap { ObjectReference($0) }.sorted(),
            calls: calls.calls(of: template, in: namespace),
            ties: ties(of: template),
            templateDigest: PodTemplate(of: deployment).digest
        )
    }

    private func isScaler(_ object: JSON, of id: WorkloadID) -> Bool {
        object.isKind("HorizontalPodAutoscaler", in: "autoscaling")
            && object.namespace == id.namespace
            && object.at("spec", "scaleTargetRef", "kind")?.string == id.kind
            && object.at("spec", "scaleTargetRef", "name")?.string == id.name
    }

    private func isBudget(
        _ object: JSON,
        of namespace: String,
        labels: [String: String]
    ) -> Bool {
        guard object.isKind("PodDisruptionBudget", in: "policy"), object.namespace == namespace,
            let selector = object.at("spec", "selector", "matchLabels")?.stringMap,
            !selector.isEmpty
        else { return false }
        return selector.allSatisfy { labels[$0.key] == $0.value }
    }

    /// What ties pods to this site, in words.
    private func ties(of template: JSON) -> [String] {
        var ties: Set<String> = []
        for volume in template.at("spec", "volumes")?.array ?? [] {
            if let claim = volume.at("persistentVolumeClaim", "claimName")?.string {
                ties.insert("the volume claim \(claim)")
            }
            if let path = volume.at("hostPath", "path")?.string {
                ties.insert("the path \(path) of its node")
            }
        }
        for container in template.at("spec", "containers")?.array ?? [] {
            for port in container["ports"]?.array ?? [] {
                if let number = port["hostPort"]?.int, number != 0 {
                    ties.insert("port \(number) of its node")
                }
            }
        }
        if template.at("spec", "hostNetwork") == true { ties.insert("the network of its node") }
        return ties.sorted()
    }
}
