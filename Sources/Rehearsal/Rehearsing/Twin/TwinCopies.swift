import JSONValues
import KubernetesCopy
import KubernetesObjects
import MigrationFile
import MigrationModel

/// What copies of a migration were made of, told to its twin.
package enum TwinCopies {
    /// What a copy makes of a ConfigMap or a Secret on its way, where Secrets hold digests; nil where the object
    /// alone does not tell.
    ///
    /// Throws when the file's patches are none.
    package static func making(
        of file: MigrationFile
    ) throws(CopyProblem) -> (@Sendable (JSON) throws -> JSON)? {
        guard let transform = try ConfigurationTransform(file.copyRule()) else { return nil }
        return { object in
            let copy = try transform.applied(to: object)
            return object.groupKind == "Secret" ? blinded(copy, of: object) : copy
        }
    }

    /// What a patch has put there is a digest at the twin of the target; what it has moved is one already.
    private static func blinded(_ copy: JSON, of original: JSON) -> JSON {
        var copy = copy
        let known = Set((original["data"]?.object ?? [:]).values)
        let values = copy["data"]?.object ?? [:]
        copy["data"] = .object(
            values.mapValues { known.contains($0) ? $0 : TwinObjects.digest($0) }
        )
        return copy
    }

    /// Who wrote what of an object that a copy made, as its site has it: by that a copy is known.
    static func managers(of object: JSON) -> [JSON] {
        guard object.labels[CopyMarks.label] != nil else { return [] }
        // A twin's controllers write its status themselves.
        return object.managedFields.filter { $0["subresource"] != "status" }
    }
}
