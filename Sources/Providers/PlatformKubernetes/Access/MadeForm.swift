import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Sealing

/// What a workload is that a run has put at a site, but for how much of it runs.
///
/// Its fingerprint stands on the object from when it was put there, and is of what the server has stored: what that
/// fills in, and what webhooks make of an object on its way in, is no change.
struct MadeForm: Sendable {
    /// How many pods it has, and whether any: the run changes that, and so do autoscalers.
    private static let counts = ["replicas", "suspend", "ordinals"]

    private let object: JSON
    private let kind: GroupVersionKind?
    private let spec: JSON
    private let managed: ManagedFields

    /// Nil for what is no workload.
    init?(of object: JSON) {
        guard WorkloadID(object) != nil else { return nil }
        var spec = object["spec"] ?? .emptyObject
        for count in MadeForm.counts { spec[count] = nil }
        if var template = spec["template"] {
            template.annotations[PodTemplate.restartAnnotation] = nil
            spec["template"] = template
        }
        self.object = object
        self.spec = spec
        kind = object.groupVersionKind
        managed = ManagedFields(of: object)
    }

    /// Equal as long as nobody changes it, whoever writes.
    var fingerprint: String { String(Digest(of: spec.encoded()).hex.prefix(32)) }

    /// Leaves the note on the object, unless one is there.
    func ensureNoted(through fenced: FencedObject) async throws(ProviderError) {
        guard let note = MadeNote(of: object) else { return }
        let path = JSONPointer(tokens: ["metadata", "annotations", Marks.made]).text
        try await fenced.write { found throws(ProviderError) in
            guard found.annotations[Marks.made] == nil else { return [] }
            return [["op": "add", "path": .string(path), "value": .string(note.text)]]
        }
    }

    /// In what it differs from what it was made of, in words; sorted.
    ///
    /// A field that only this one has and nobody owns is its server's.
    func differences(from original: MadeForm) -> [String] {
        SemanticDiff.differences(
            from: ["spec": original.spec],
            to: ["spec": spec],
            schema: kind.flatMap { SchemaCatalog.builtIn.schema(for: $0) }
        ).compactMap { difference in
            if difference.target == nil { return "\(difference) (taken away)" }
            if difference.source == nil, managed.owners(of: difference.path).isEmpty { return nil }
            return "\(difference) (not as at the other site)"
        }.sorted()
    }
}
