import Clocks
import JSONValues
import KubernetesObjects

extension TablePrinter {
    /// Where state is kept.
    static let storage: [ResourceName: TablePrinter] = [
        .persistentVolumes: TablePrinter(
            "Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass|"
                + "VolumeAttributesClass|Reason|Age|VolumeMode@1"
        ) { object, ages in
            let claim = object.at("spec", "claimRef").map {
                "\($0["namespace"]?.string ?? "")/\($0["name"]?.string ?? "")"
            }
            return [
                quantity(object.at("spec", "capacity", "storage")),
                .string(accessModes(object.at("spec", "accessModes"))),
                text(object.at("spec", "persistentVolumeReclaimPolicy")), phase(object),
                CellText.or(claim, ""), storageClass(object),
                CellText.or(object.at("spec", "volumeAttributesClassName")?.string, "<unset>"),
                text(object.at("status", "reason")), ages.age(object),
                CellText.or(object.at("spec", "volumeMode")?.string, "<unset>"),
            ]
        },
        .persistentVolumeClaims: TablePrinter(
            "Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age|"
                + "VolumeMode@1"
        ) { object, ages in
            let volume = object.at("spec", "volumeName")?.string ?? ""
            let isBound = !volume.isEmpty
            return [
                phase(object), .string(volume),
                isBound ? quantity(object.at("status", "capacity", "storage")) : "",
                isBound ? .string(accessModes(object.at("status", "accessModes"))) : "",
                storageClass(object),
                CellText.or(object.at("spec", "volumeAttributesClassName")?.string, "<unset>"),
                ages.age(object),
                CellText.or(object.at("spec", "volumeMode")?.string, "<unset>"),
            ]
        },
        .storageClasses: storageClasses,
        ResourceName("csidrivers", group: "storage.k8s.io"): csiDrivers,
        ResourceName("csinodes", group: "storage.k8s.io"): TablePrinter(
            "Drivers:integer|Age"
        ) { object, ages in
            [.int(object.at("spec", "drivers")?.array?.count ?? 0), ages.age(object)]
        },
        ResourceName("volumeattachments", group: "storage.k8s.io"): TablePrinter(
            "Attacher:string/name|PV|Node|Attached:boolean|Age"
        ) { object, ages in
            [
                text(object.at("spec", "attacher")),
                text(object.at("spec", "source", "persistentVolumeName")),
                text(object.at("spec", "nodeName")),
                .bool(object.at("status", "attached")?.bool ?? false), ages.age(object),
            ]
        },
    ]

    private static var storageClasses: TablePrinter {
        var printer = TablePrinter(
            "Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age"
        ) { object, ages in
            [
                text(object["provisioner"]),
                CellText.or(object["reclaimPolicy"]?.string, "Delete"),
                CellText.or(object["volumeBindingMode"]?.string, "Immediate"),
                .bool(object["allowVolumeExpansion"]?.bool ?? false), ages.age(object),
            ]
        }
        printer.rowName = { object in
            let marks = ["", "beta."].map { "storageclass.\($0)kubernetes.io/is-default-class" }
            let isDefault = marks.contains { object.annotations[$0] == "true" }
            return (object.name ?? "") + (isDefault ? " (default)" : "")
        }
        return printer
    }

    private static var csiDrivers: TablePrinter {
        TablePrinter(
            "AttachRequired:boolean|PodInfoOnMount:boolean|StorageCapacity:boolean|TokenRequests|"
                + "RequiresRepublish:boolean|Modes|Age"
        ) { object, ages in
            let spec = object.spec
            let modes = (spec?["volumeLifecycleModes"]?.array ?? []).compactMap(\.string)
            let audiences = (spec?["tokenRequests"]?.array ?? []).compactMap {
                $0["audience"]?.string
            }
            return [
                .bool(spec?["attachRequired"]?.bool ?? true),
                .bool(spec?["podInfoOnMount"]?.bool ?? false),
                .bool(spec?["storageCapacity"]?.bool ?? false),
                CellText.or(audiences.joined(separator: ","), "<unset>"),
                .bool(spec?["requiresRepublish"]?.bool ?? false),
                CellText.or(modes.joined(separator: ",")), ages.age(object),
            ]
        }
    }

    private static func text(_ value: JSON?) -> JSON { .string(value?.string ?? "") }

    private static func quantity(_ value: JSON?) -> JSON { .string(CellText.plain(value) ?? "0") }

    private static func phase(_ object: JSON) -> JSON {
        object.deletionTimestamp == nil ? text(object.at("status", "phase")) : "Terminating"
    }

    /// The class from the field, or from the annotation that came before it.
    private static func storageClass(_ object: JSON) -> JSON {
        let old = object.annotations["volume.beta.kubernetes.io/storage-class"]
        return .string(old ?? object.at("spec", "storageClassName")?.string ?? "")
    }

    private static func accessModes(_ modes: JSON?) -> String {
        let short = [
            ("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"),
            ("ReadWriteOncePod", "RWOP"),
        ]
        let given = Set((modes?.array ?? []).compactMap(\.string))
        return short.filter { given.contains($0.0) }.map(\.1).joined(separator: ",")
    }
}
