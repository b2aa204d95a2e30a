import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// The versions of a template that a StatefulSet or a DaemonSet has had, kept as ControllerRevisions.
struct Revisions: Sendable {
    let owner: JSON
    /// The oldest first.
    let existing: [JSON]
    /// The revision of the present template, perhaps not written yet.
    let update: JSON
    private(set) var writes: [ObjectWrite] = []

    /// `hashLabel` is the label under which a revision carries its hash.
    init(of owner: JSON, hashLabel: String, in view: ClusterView) {
        self.owner = owner
        let own = view.objects(.controllerRevisions, namespace: owner.namespace ?? "")
            .filter { Ownership.isControlled($0, by: owner) }
            .sorted { ($0["revision"]?.int ?? 0) < ($1["revision"]?.int ?? 0) }
        existing = own
        let data = Self.data(of: owner)
        let latest = own.last?["revision"]?.int ?? 0
        guard let equal = own.last(where: { $0["data"] == data }) else {
            update = Self.revision(of: owner, data, hashLabel, number: latest + 1)
            writes = [.create(update)]
            return
        }
        guard equal["revision"]?.int != latest else {
            update = equal
            return
        }
        // An undo: the old version becomes the newest.
        var renumbered = equal
        renumbered["revision"] = .int(latest + 1)
        update = renumbered
        writes = [.update(renumbered)]
    }

    var updateName: String { update.name ?? "" }

    func revision(_ name: String) -> JSON? {
        name == updateName ? update : existing.first { $0.name == name }
    }

    /// The workload as it was at a revision.
    func workload(at revision: JSON) -> JSON {
        var workload = owner
        var template = revision["data"]?.at("spec", "template") ?? .emptyObject
        template["$patch"] = nil
        workload.set(template, at: "spec", "template")
        return workload
    }

    /// Removes the oldest revisions that neither pods nor the workload need.
    mutating func truncate(inUse: Set<String>) {
        let limit = owner.at("spec", "revisionHistoryLimit")?.int ?? 10
        let spare = existing.filter { $0.name != updateName && !inUse.contains($0.name ?? "") }
        writes += spare.prefix(max(0, spare.count - limit)).map {
            .delete(ObjectAddress(.controllerRevisions, of: $0), uid: $0.uid ?? "", nil)
        }
    }

    private static func data(of owner: JSON) -> JSON {
        var template = owner.at("spec", "template") ?? .emptyObject
        template["$patch"] = "replace"
        return ["spec": ["template": template]]
    }

    private static func revision(
        of owner: JSON,
        _ data: JSON,
        _ hashLabel: String,
        number: Int
    ) -> JSON {
        let hash = TemplateHash.text(of: data, collisionCount: nil)
        var revision: JSON = ["apiVersion": "apps/v1", "kind": "ControllerRevision"]
        revision.name = "\(owner.name ?? "")-\(hash)"
        revision.namespace = owner.namespace
        revision.labels = owner.at("spec", "template", "metadata", "labels")?.stringMap ?? [:]
        revision.labels[hashLabel] = hash
        revision.annotations = owner.annotations
        revision.ownerReferences = [Ownership.reference(to: owner)]
        revision["data"] = data
        revision["revision"] = .int(number)
        return revision
    }
}
