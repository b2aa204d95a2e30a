import JSONValues
import KubernetesObjects

/// What must hold of the metadata of every kind (`apimachinery/pkg/api/validation/objectmeta.go`).
enum MetadataValidation {
    /// What is as in `known`, which is stored and so was looked at, is not looked at again.
    static func problems(
        of object: JSON,
        known: JSON? = nil,
        nameRule: (String) -> [String]
    ) -> [FieldError] {
        var errors: [FieldError] = []
        if let prefix = object.generateName, !prefix.isEmpty {
            // A hyphen at the end of a prefix is masked, for the suffix follows it.
            let masked = prefix.hasSuffix("-") ? prefix.dropLast() + "a" : prefix
            errors += nameRule(masked).map { .invalid("metadata.generateName", prefix, $0) }
        }
        let name = object.name ?? ""
        if name.isEmpty {
            errors.append(.required("metadata.name", "name or generateName is required"))
        } else {
            errors += nameRule(name).map { .invalid("metadata.name", name, $0) }
        }
        let labels = object.at("metadata", "labels")
        if labels != known?.at("metadata", "labels") {
            errors += problems(ofLabels: labels, "metadata.labels")
        }
        let annotations = object.at("metadata", "annotations")
        if annotations != known?.at("metadata", "annotations") {
            errors += problems(ofAnnotations: object.annotations)
        }
        errors += problems(ofOwners: object.ownerReferences)
        for (index, finalizer) in object.finalizers.enumerated() {
            errors += problems(ofFinalizer: finalizer, "metadata.finalizers[\(index)]")
        }
        return errors
    }

    static func problems(ofLabels labels: JSON?, _ field: String) -> [FieldError] {
        (labels?.stringMap ?? [:]).sorted { $0.key < $1.key }.flatMap { key, value in
            NameRules.problemsOfLabelKey(key).map { FieldError.invalid(field, key, $0) }
                + NameRules.problemsOfLabelValue(value).map { .invalid(field, value, $0) }
        }
    }

    private static func problems(ofAnnotations annotations: [String: String]) -> [FieldError] {
        let sizeMax = 256 * 1_024
        var errors = annotations.keys.sorted().flatMap { key in
            NameRules.problemsOfLabelKey(key.lowercased())
                .map { FieldError.invalid("metadata.annotations", key, $0) }
        }
        let size = annotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        if size > sizeMax { errors.append(.tooLong("metadata.annotations", max: sizeMax)) }
        return errors
    }

    private static func problems(ofOwners owners: [JSON]) -> [FieldError] {
        let field = "metadata.ownerReferences"
        var errors: [FieldError] = []
        var controller: JSON?
        for owner in owners {
            for key in ["kind", "name", "uid"] where (owner[key]?.string ?? "").isEmpty {
                errors.append(.invalid("\(field).\(key)", "", "must not be empty"))
            }
            if owner["kind"] == "Event", owner["apiVersion"] == "v1" {
                errors.append(
                    .invalid(
                        field,
                        shown: shown(owner),
                        "/v1, Kind=Event is disallowed from being an owner"
                    )
                )
            }
            guard owner["controller"]?.bool == true else { continue }
            if let first = controller {
                errors.append(
                    .invalid(
                        field,
                        shown: "[\(owners.map(shown).joined(separator: ","))]",
                        "Only one reference can have Controller set to true. Found \"true\" in "
                            + "references for \(named(first)) and \(named(owner))"
                    )
                )
            }
            controller = owner
        }
        return errors
    }

    /// A reference as Go writes it: its fields in the order of the struct.
    private static func shown(_ owner: JSON) -> String {
        FieldError.text(
            of: owner,
            order: ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"]
        )
    }

    private static func named(_ owner: JSON) -> String {
        "\(owner["kind"]?.string ?? "")/\(owner["name"]?.string ?? "")"
    }

    private static let standardFinalizers = ["orphan", "foregroundDeletion", "kubernetes"]

    private static func problems(ofFinalizer finalizer: String, _ field: String) -> [FieldError] {
        let problems = NameRules.problemsOfLabelKey(finalizer)
        guard problems.isEmpty else { return problems.map { .invalid(field, finalizer, $0) } }
        if !finalizer.contains("/"), !standardFinalizers.contains(finalizer) {
            return [
                .invalid(
                    field,
                    finalizer,
                    "name is neither a standard finalizer name nor is it fully qualified"
                )
            ]
        }
        return []
    }

    /// What may not change from `old` to `object`.
    static func problemsOfUpdate(of object: JSON, from old: JSON) -> [FieldError] {
        var errors: [FieldError] = []
        if old.deletionTimestamp != nil {
            let added = Set(object.finalizers).subtracting(old.finalizers).sorted()
            if !added.isEmpty {
                let list = added.map { "\"\($0)\"" }.joined(separator: ", ")
                let error = FieldError.forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new "
                        + "finalizers []string{\(list)}"
                )
                // The original checks once for all kinds and once more for each.
                errors += [error, error]
            }
        }
        return errors
    }
}
