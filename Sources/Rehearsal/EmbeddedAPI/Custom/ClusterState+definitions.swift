import Clocks
import JSONValues
import KubernetesObjects

extension ClusterState {
    /// Brings the served resources up to a change of a CustomResourceDefinition.
    ///
    /// What the apiextensions controllers do within moments is done here at once: names are
    /// accepted unless another definition has them, and the resource is served.
    mutating func followDefinition(_ change: StoredChange) {
        guard change.resource == .customResourceDefinitions else { return }
        let object = change.object.value
        guard let definition = CustomDefinitionRules.definition(from: object) else { return }
        if change.kind == .deleted {
            registry.remove(definition.name)
        } else if object.deletionTimestamp == nil, isAccepted(definition) {
            registry.insert(definition)
        }
    }

    /// Sets the conditions and accepted names of a definition that was just written.
    func established(_ object: JSON) -> JSON {
        guard let definition = CustomDefinitionRules.definition(from: object) else { return object }
        var object = object
        let isAccepted = isAccepted(definition)
        let names = object.at("spec", "names") ?? .emptyObject
        let wasEstablished = object.hasCondition("Established")
        if isAccepted { object.set(names, at: "status", "acceptedNames") }
        if wasEstablished { return object }
        let time: JSON = .string(now.rfc3339)
        let conflict =
            "\"\(names["kind"]?.string ?? "")\" is already in use"
        object.set(
            [
                [
                    "type": "NamesAccepted", "status": isAccepted ? "True" : "False",
                    "reason": isAccepted ? "NoConflicts" : "KindConflict",
                    "message": .string(isAccepted ? "no conflicts found" : conflict),
                    "lastTransitionTime": time,
                ],
                [
                    "type": "Established", "status": isAccepted ? "True" : "False",
                    "reason": isAccepted ? "InitialNamesAccepted" : "NotAccepted",
                    "message": .string(
                        isAccepted
                            ? "the initial names have been accepted" : "not all names are accepted"
                    ),
                    "lastTransitionTime": time,
                ],
            ],
            at: "status",
            "conditions"
        )
        return object
    }

    /// Whether no other resource of the group has the kind.
    private func isAccepted(_ definition: ResourceDefinition) -> Bool {
        let group = definition.name.group
        return registry.definitions.allSatisfy {
            $0.name.group != group || $0.name == definition.name || $0.kind != definition.kind
        }
    }

    /// Removes the objects of a definition that is being deleted, and then the definition.
    mutating func finishDefinition(_ name: String, _ request: WriteRequest) {
        let key = ObjectKey(namespace: "", name: name)
        guard let object = store.object(.customResourceDefinitions, key)?.value,
            object.deletionTimestamp != nil,
            object.finalizers == [CustomDefinitionRules.finalizer],
            let definition = CustomDefinitionRules.definition(from: object)
        else { return }
        for stored in store.objects(definition.storage) {
            let removal = WriteRequest(
                definition: definition,
                version: definition.storageVersion,
                namespace: stored.key.namespace,
                manager: request.manager
            )
            var value = stored.value
            value.finalizers = []
            remove(value, stored.key, removal)
        }
        var last = object
        last.finalizers = []
        remove(last, key, request)
    }
}
