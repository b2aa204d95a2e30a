import JSONValues
import KubernetesObjects

/// An object seen as `autoscaling/v1, Kind=Scale`: how many there are and should be.
struct ScaleView: Sendable {
    private let definition: ResourceDefinition

    init(_ definition: ResourceDefinition) {
        self.definition = definition
    }

    private var specPath: [String] {
        definition.customScale?.specReplicas ?? ["spec", "replicas"]
    }

    private var statusPath: [String] {
        definition.customScale?.statusReplicas ?? ["status", "replicas"]
    }

    func scale(of object: JSON) -> JSON {
        var metadata: JSONMembers = [:]
        for key in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[key] = object.at("metadata", key)
        }
        var spec: JSON = .emptyObject
        if let replicas = object.at(specPath)?.int, replicas != 0 {
            spec["replicas"] = .int(replicas)
        }
        var status: JSON = ["replicas": object.at(statusPath) ?? 0]
        if let selector = selector(of: object), !selector.isEmpty {
            status["selector"] = .string(selector)
        }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .object(metadata),
            "spec": spec, "status": status,
        ]
    }

    private func selector(of object: JSON) -> String? {
        if let scale = definition.customScale {
            return scale.selector.flatMap { object.at($0)?.string }
        }
        do throws(SelectorError) {
            guard definition.name == .replicationControllers else {
                return try LabelSelector(object: object.at("spec", "selector")).description
            }
            let labels = object.at("spec", "selector")?.stringMap ?? [:]
            return try LabelSelector(matching: labels).description
        } catch {
            return nil
        }
    }

    /// The object with the replicas that `scale` asks for.
    func rescaled(_ object: JSON, to scale: JSON) throws(APIStatusError) -> JSON {
        let replicas = scale.at("spec", "replicas")?.int ?? 0
        if replicas < 0 {
            throw .invalid(
                group: "autoscaling",
                kind: "Scale",
                name: object.name ?? "",
                FieldChecks.problems(ofNegative: .int(replicas), "spec.replicas")
            )
        }
        var result = object
        result.set(.int(replicas), at: specPath)
        result.resourceVersion = scale.resourceVersion
        if let uid = scale.uid { result.uid = uid }
        return result
    }

    /// The part of the object that an applied Scale names.
    func partial(_ applied: JSON, _ name: String, _ request: WriteRequest) -> JSON {
        var object: JSON = ["metadata": ["name": .string(name)]]
        object.apiVersion = request.definition.storageAPIVersion
        object.kind = request.definition.storageKind
        if request.definition.isNamespaced { object.namespace = request.namespace }
        if let replicas = applied.at("spec", "replicas") { object.set(replicas, at: specPath) }
        return object
    }
}

extension ResourceDefinition {
    /// What a Scale is patched as; it is stored nowhere.
    static let scale = ResourceDefinition(
        ResourceName("scales", group: "autoscaling"),
        kind: "Scale"
    )
}
