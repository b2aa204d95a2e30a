import JSONValues
import KubernetesObjects

/// One write on its way: who wants what where.
struct WriteRequest: Sendable {
    /// The kinds of writes; they differ in what a mismatch is answered with.
    enum Verb: Sendable {
        case create, update, patch, apply
    }

    /// What becomes of fields that the server does not know.
    enum FieldValidation: String, Sendable {
        case ignore = "Ignore"
        case warn = "Warn"
        case strict = "Strict"
    }

    let definition: ResourceDefinition
    /// The version that the writer speaks, `v1` of `apps/v1`.
    let version: String
    /// Empty for cluster-wide objects.
    let namespace: String
    let manager: String
    var verb = Verb.update
    var subresource: Subresource?
    var isDryRun = false
    var fieldValidation = FieldValidation.ignore
    /// The paths of keys that stood twice in what was sent.
    var duplicateKeys: [String] = []
    /// The patch that makes the object, for refusals that quote it.
    var patch: ObjectPatch?
    /// Whether a part of the cluster itself writes, such as its scheduler, which may assign pods to
    /// nodes by an update.
    var isInternal = false

    var resource: ResourceName { definition.name }
    var storage: ResourceName { definition.storage }
    var apiVersion: String { definition.apiVersion(version) }

    func key(_ name: String) -> ObjectKey { ObjectKey(namespace: namespace, name: name) }

    func invalid(_ name: String, _ errors: [FieldError]) -> APIStatusError {
        .invalid(
            group: definition.name.group,
            kind: definition.kind,
            name: name,
            errors
        )
    }
}

/// What a write came to.
struct WriteResult: Sendable {
    /// The object in its storage version, as it is now or, for a dry run, would be.
    let object: JSON
    var isCreated = false
    var warnings: [String] = []
}
