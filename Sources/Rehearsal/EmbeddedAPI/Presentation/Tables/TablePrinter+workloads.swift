import Clocks
import JSONValues
import KubernetesObjects

extension TablePrinter {
    /// What runs, and keeps running.
    static let workloads: [ResourceName: TablePrinter] = [
        .pods: pods,
        .deployments: TablePrinter(
            "Ready|Up-to-date|Available|Age|Containers@1|Images@1|Selector@1"
        ) { object, ages in
            [
                share(object.at("status", "readyReplicas"), object.at("spec", "replicas")),
                CellText.count(object.at("status", "updatedReplicas")),
                CellText.count(object.at("status", "availableReplicas")), ages.age(object),
            ] + CellText.containers(object.at("spec", "template"))
                + [.string(CellText.selector(object.at("spec", "selector"), empty: ""))]
        },
        .replicaSets: replicas { .string(CellText.selector($0)) },
        .replicationControllers: replicas { .string(CellText.labels($0)) },
        .statefulSets: TablePrinter("Ready|Age|Containers@1|Images@1") { object, ages in
            [
                share(object.at("status", "readyReplicas"), object.at("spec", "replicas")),
                ages.age(object),
            ] + CellText.containers(object.at("spec", "template"))
        },
        .daemonSets: daemonSets,
        .controllerRevisions: TablePrinter("Controller|Revision|Age") { object, ages in
            [
                .string(controller(object)),
                CellText.count(object["revision"]),
                ages.age(object),
            ]
        },
        ResourceName("podtemplates"): TablePrinter("Containers|Images|Pod Labels") { object, _ in
            CellText.containers(object["template"])
                + [.string(CellText.labels(object.at("template", "metadata", "labels")))]
        },
    ]

    private static var pods: TablePrinter {
        var printer = TablePrinter(
            "Ready|Status|Restarts|Age|IP@1|Node@1|Nominated Node@1|Readiness Gates@1"
        ) { object, ages in
            PodCells(object, ages).cells
        }
        printer.conditions = PodCells.conditions
        return printer
    }

    private static func replicas(selector: @escaping @Sendable (JSON?) -> JSON) -> TablePrinter {
        TablePrinter(
            "Desired:integer|Current:integer|Ready:integer|Age|Containers@1|Images@1|Selector@1"
        ) { object, ages in
            [
                CellText.count(object.at("spec", "replicas")),
                CellText.count(object.at("status", "replicas")),
                CellText.count(object.at("status", "readyReplicas")), ages.age(object),
            ] + CellText.containers(object.at("spec", "template"))
                + [selector(object.at("spec", "selector"))]
        }
    }

    private static var daemonSets: TablePrinter {
        TablePrinter(
            "Desired:integer|Current:integer|Ready:integer|Up-to-date:integer|Available:integer|"
                + "Node Selector|Age|Containers@1|Images@1|Selector@1"
        ) { object, ages in
            let counts = [
                "desiredNumberScheduled", "currentNumberScheduled", "numberReady",
                "updatedNumberScheduled", "numberAvailable",
            ]
            let nodes = object.at("spec", "template", "spec", "nodeSelector")
            return counts.map { CellText.count(object.at("status", $0)) }
                + [.string(CellText.labels(nodes)), ages.age(object)]
                + CellText.containers(object.at("spec", "template"))
                + [.string(CellText.selector(object.at("spec", "selector")))]
        }
    }

    /// So many of so many.
    private static func share(_ part: JSON?, _ whole: JSON?) -> JSON {
        .string("\(part?.int ?? 0)/\(whole?.int ?? 0)")
    }

    /// The controller of an object with its kind: `statefulset.apps/web`.
    private static func controller(_ object: JSON) -> String {
        guard let owner = object.controllerReference, let kind = owner.groupVersionKind else {
            return "<none>"
        }
        let group = kind.group.isEmpty ? "" : ".\(kind.group)"
        return "\(kind.kind.lowercased())\(group)/\(owner["name"]?.string ?? "")"
    }
}
