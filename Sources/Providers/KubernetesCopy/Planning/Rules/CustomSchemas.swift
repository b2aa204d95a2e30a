import JSONValues
import KubernetesObjects

/// What the fields of an object mean: of built-in kinds by the catalogue, of others by their
/// definition.
struct CustomSchemas {
    private var schemas: [GroupVersionKind: TypeSchema] = [:]

    /// Of `kinds`, out of the definitions at the sites; the last site's where several have one.
    init(of kinds: Set<GroupVersionKind>, at sites: [SiteObjects]) {
        let needed = Set(kinds.map(\.groupKind))
        for site in sites {
            for object in site.objects.values where object.kind == "CustomResourceDefinition" {
                let group = object.at("spec", "group")?.string ?? ""
                let kind = object.at("spec", "names", "kind")?.string ?? ""
                guard needed.contains(GroupKind.name(kind, in: group)) else { continue }
                for version in object.at("spec", "versions")?.array ?? [] {
                    let name = version["name"]?.string ?? ""
                    let whole = GroupVersionKind(group: group, version: name, kind: kind)
                    guard kinds.contains(whole) else { continue }
                    schemas[whole] = TypeSchema(
                        customResource: version.at("schema", "openAPIV3Schema")
                    )
                }
            }
        }
    }

    /// Nil for a kind of which nothing is known.
    func schema(for kind: ResourceKind) -> TypeSchema? {
        SchemaCatalog.builtIn.schema(for: kind.groupVersionKind) ?? schemas[kind.groupVersionKind]
    }
}
