import JSONValues
import KubernetesObjects
import MigrationModel

/// Finds what crosses by itself among a site's objects, and what belongs to each.
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
        // What keeps bridges of a run that is over is no workload of anybody.
        objects.filter { owners.reason($0) == nil }
            .filter { Marks.run(of: $0) == nil || $0.name != BridgeKeeper.name }
            .compactMap(record).sorted { $0.id < $1.id }
    }

    private func record(_ workload: JSON) -> WorkloadRecord? {
        guard let id = WorkloadID(workload), let seen = ObjectSeen(workload) else { return nil }
        let namespace = id.namespace
        let template = workload.podTemplate ?? .emptyObject
        let (replicas, readyReplicas) = replicas(of: workload, id)
        let attendants = AttendantReader(objects: objects, owners: owners)
            .read(id, podLabels: template.labels)
        return WorkloadRecord(
            id: id,
            seen: seen,
            replicas: replicas,
            readyReplicas: readyReplicas,
            ordinalStart: OrdinalRange(of: workload).start,
            podLabels: template.labels,
            attendants: attendants.references,
            calls: calls.calls(of: template, in: namespace),
            ties: claims(of: template) + (id.isDaemonSet ? [] : nodeTies(of: template)),
            nodeTies: id.isDaemonSet ? nodeTies(of: template) : [],
            claims: (workload.at("spec", "volumeClaimTemplates")?.array ?? [])
                .compactMap(\.name).sorted(),
            scaledObjects: attendants.scaledObjects,
            budgets: attendants.budgets,
            requests: Requests(units: ResourceUnits.ofPod(template.spec ?? .emptyObject)),
            graceSeconds: template.at("spec", "terminationGracePeriodSeconds")?.int
                ?? WorkloadRecord.graceSecondsUsual,
            templateDigest: PodTemplate(of: workload).digest,
            configuration: configuration(of: template, in: namespace)
        )
    }

    private func configuration(of template: JSON, in namespace: String) -> [ObjectReference] {
        PodReference.all(of: template.spec ?? .emptyObject)
            .filter { ["ConfigMap", "Secret"].contains($0.kind) }
            .map {
                ObjectReference(
                    apiVersion: "v1",
                    kind: $0.kind,
                    namespace: namespace,
                    name: $0.name
                )
            }
            .sorted()
    }

    /// A schedule counts as one that is up as long as it is not suspended.
    private func replicas(of workload: JSON, _ id: WorkloadID) -> (wanted: Int, ready: Int) {
        if id.isCronJob {
            let count = workload.isSuspended ? 0 : 1
            return (count, count)
        }
        if id.isDaemonSet {
            return (
                workload.at("status", "desiredNumberScheduled")?.int ?? 0,
                workload.at("status", "numberReady")?.int ?? 0
            )
        }
        return (
            workload.at("spec", "replicas")?.int ?? 1,
            workload.at("status", "readyReplicas")?.int ?? 0
        )
    }

    /// The volumes that pods share and that stay at this site, in words.
    private func claims(of template: JSON) -> [String] {
        let claims = (template.at("spec", "volumes")?.array ?? []).compactMap { volume in
            volume.at("persistentVolumeClaim", "claimName")?.string
        }
        return Set(claims).sorted().map { "the volume claim \($0)" }
    }

    /// What pods use of their node, in words.
    private func nodeTies(of template: JSON) -> [String] {
        var ties: Set<String> = []
        for volume in template.at("spec", "volumes")?.array ?? [] {
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

extension WorkloadID {
    /// Nil for what does not cross by itself.
    init?(_ object: JSON) {
        guard let namespace = object.namespace, let name = object.name, let kind = object.kind
        else { return nil }
        let id = WorkloadID(kind: kind, namespace: namespace, name: name)
        guard WorkloadID.kinds.contains(where: { $0.kind == kind }),
            let named = GroupVersionKind(apiVersion: id.reference.apiVersion, kind: kind),
            object.isKind(kind, in: named.group)
        else { return nil }
        self = id
    }
}

extension JSON {
    /// Whether a CronJob or a Job is to start nothing.
    var isSuspended: Bool { at("spec", "suspend")?.bool ?? false }

    /// Whether a Job runs, or may start pods.
    var isJobUnderWay: Bool { !isJobFinished && !isSuspended }
}
