import JSONValues
import KubernetesObjects

/// What a server fills into Secrets, volumes, claims and classes.
enum StorageDefaults {
    /// `stringData` is written into `data`, which alone is stored.
    static func set(secret object: inout JSON) {
        if let texts = object["stringData"]?.object {
            var data = object["data"]?.object ?? [:]
            for (key, value) in texts {
                data[key] = .string(Base64.encoded(Array((value.string ?? "").utf8)))
            }
            object["stringData"] = nil
            if !data.isEmpty { object["data"] = .object(data) }
        }
        object.setDefaultText("type", "Opaque")
    }

    static func set(persistentVolumeClaim object: inout JSON) {
        object.change("spec") { $0.setDefault("volumeMode", "Filesystem") }
        object.setDefault("status", .emptyObject)
        object.change("status") { $0.setDefaultText("phase", "Pending") }
    }

    static func set(persistentVolume object: inout JSON) {
        object.change("spec") { spec in
            spec.setDefaultText("persistentVolumeReclaimPolicy", "Retain")
            spec.setDefault("volumeMode", "Filesystem")
            spec.change("hostPath") { $0.setDefault("type", "") }
        }
        object.change("status") { $0.setDefaultText("phase", "Pending") }
    }

    static func set(storageClass object: inout JSON) {
        object.setDefault("reclaimPolicy", "Delete")
        object.setDefault("volumeBindingMode", "Immediate")
    }

    static func set(limitRange object: inout JSON) {
        object.change("spec") { spec in
            spec.changeEach("limits") { limit in
                guard limit["type"] == "Container" else { return }
                fill(&limit, "default", from: "max")
                fill(&limit, "defaultRequest", from: "default")
                fill(&limit, "defaultRequest", from: "min")
            }
        }
    }

    private static func fill(_ limit: inout JSON, _ key: String, from source: String) {
        guard let values = limit[source]?.object else { return }
        var filled = limit[key]?.object ?? [:]
        for (name, value) in values where filled[name] == nil { filled[name] = value }
        limit[key] = .object(filled)
    }
}
