import KubernetesObjects

/// Every resource that the server knows at one moment, found by path or by kind.
package struct ResourceRegistry: Sendable {
    private var byName: [ResourceName: ResourceDefinition] = [:]
    private var byKind: [KindKey: ResourceName] = [:]

    /// A kind in one group: what `apiVersion` and `kind` of an object say, less the version.
    private struct KindKey: Hashable {
        let group: String
        let kind: String
    }

    init(_ definitions: [ResourceDefinition] = BuiltInResources.all) {
        for definition in definitions { insert(definition) }
    }

    /// All of them, sorted by group and plural.
    package var definitions: [ResourceDefinition] { byName.values.sorted { $0.name < $1.name } }

    /// The resource of this name; nil when none is served.
    package subscript(name: ResourceName) -> ResourceDefinition? { byName[name] }

    /// The resource of the objects that say so of themselves; nil when none is served.
    package func definition(for identity: GroupVersionKind) -> ResourceDefinition? {
        let key = KindKey(group: identity.group, kind: identity.kind)
        guard let name = byKind[key], let definition = byName[name],
            definition.versions.contains(identity.version)
        else { return nil }
        return definition
    }

    mutating func insert(_ definition: ResourceDefinition) {
        remove(definition.name)
        byName[definition.name] = definition
        byKind[KindKey(group: definition.name.group, kind: definition.kind)] = definition.name
    }

    mutating func remove(_ name: ResourceName) {
        guard let definition = byName.removeValue(forKey: name) else { return }
        byKind[KindKey(group: name.group, kind: definition.kind)] = nil
    }
}
