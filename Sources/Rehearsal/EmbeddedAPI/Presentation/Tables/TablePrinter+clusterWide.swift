import Clocks
import JSONValues
import KubernetesObjects

extension TablePrinter {
    /// What the cluster itself consists of.
    static let clusterWide: [ResourceName: TablePrinter] = [
        .namespaces: TablePrinter("Status|Age") { object, ages in
            [CellText.or(object.at("status", "phase")?.string, ""), ages.age(object)]
        },
        .nodes: nodes,
        .leases: TablePrinter("Holder|Age") { object, ages in
            [CellText.or(object.at("spec", "holderIdentity")?.string, ""), ages.age(object)]
        },
        .priorityClasses: TablePrinter(
            "Value:integer|Global-Default:boolean|Age|PreemptionPolicy"
        ) { object, ages in
            [
                CellText.count(object["value"]), .bool(object["globalDefault"]?.bool ?? false),
                ages.age(object), CellText.or(object["preemptionPolicy"]?.string, ""),
            ]
        },
        ResourceName("runtimeclasses", group: "node.k8s.io"): TablePrinter(
            "Handler|Age"
        ) { object, ages in
            [CellText.or(object["handler"]?.string, ""), ages.age(object)]
        },
        .validatingAdmissionPolicies: TablePrinter(
            "Validations:integer|ParamKind|Age"
        ) { object, ages in
            let count = object.at("spec", "validations")?.array?.count ?? 0
            return [.int(count), "<unset>", ages.age(object)]
        },
        .validatingAdmissionPolicyBindings: TablePrinter(
            "PolicyName|ParamRef|Age"
        ) { object, ages in
            let name = object.at("spec", "policyName")?.string
            return [CellText.or(name, ""), "<unset>", ages.age(object)]
        },
        webhooks("mutatingwebhookconfigurations"): webhookCount,
        webhooks("validatingwebhookconfigurations"): webhookCount,
        .apiServices: TablePrinter("Service|Available|Age") { object, ages in
            let service = object.at("spec", "service").map {
                "\($0["namespace"]?.string ?? "")/\($0["name"]?.string ?? "")"
            }
            let available = object.at("status", "conditions")?.array?.first {
                $0["type"]?.string == "Available"
            }
            return [
                CellText.or(service, "Local"), .string(conditionText(available)), ages.age(object),
            ]
        },
    ]

    private static func webhooks(_ plural: String) -> ResourceName {
        ResourceName(plural, group: "admissionregistration.k8s.io")
    }

    private static var webhookCount: TablePrinter {
        TablePrinter("Webhooks:integer|Age") { object, ages in
            [.int(object["webhooks"]?.array?.count ?? 0), ages.age(object)]
        }
    }

    private static func conditionText(_ condition: JSON?) -> String {
        guard let condition else { return "Unknown" }
        let status = condition["status"]?.string ?? ""
        return status == "True" ? status : "\(status) (\(condition["reason"]?.string ?? ""))"
    }

    private static var nodes: TablePrinter {
        TablePrinter(
            "Status|Roles|Age|Version|Internal-IP@1|External-IP@1|OS-Image@1|Kernel-Version@1|"
                + "Container-Runtime@1"
        ) { object, ages in
            let info = object.at("status", "nodeInfo")
            return [
                .string(nodeStatus(object)), CellText.or(roles(object)), ages.age(object),
                CellText.or(info?["kubeletVersion"]?.string, ""),
                address("InternalIP", of: object), address("ExternalIP", of: object),
            ]
                + ["osImage", "kernelVersion", "containerRuntimeVersion"].map {
                    CellText.or(info?[$0]?.string, "<unknown>")
                }
        }
    }

    private static func nodeStatus(_ node: JSON) -> String {
        var text =
            node.condition("Ready").map { $0["status"]?.string == "True" ? "Ready" : "NotReady" }
            ?? "Unknown"
        if node.at("spec", "unschedulable")?.bool == true { text += ",SchedulingDisabled" }
        return text
    }

    private static func roles(_ node: JSON) -> String {
        let prefix = "node-role.kubernetes.io/"
        var roles: Set<String> = []
        for (key, value) in node.labels {
            if key.hasPrefix(prefix), key.count > prefix.count {
                roles.insert(String(key.dropFirst(prefix.count)))
            } else if key == "kubernetes.io/role", !value.isEmpty {
                roles.insert(value)
            }
        }
        return roles.sorted().joined(separator: ",")
    }

    private static func address(_ type: String, of node: JSON) -> JSON {
        let address = node.at("status", "addresses")?.array?.first { $0["type"]?.string == type }
        return CellText.or(address?["address"]?.string)
    }
}
