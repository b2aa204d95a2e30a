import Clocks
import JSONValues
import KubernetesObjects

extension TablePrinter {
    /// Who may do what.
    static let access: [ResourceName: TablePrinter] = [
        .roleBindings: bindings,
        .clusterRoleBindings: bindings,
        .serviceAccounts: TablePrinter("Age") { object, ages in [ages.age(object)] },
        ResourceName("certificatesigningrequests", group: "certificates.k8s.io"): TablePrinter(
            "Age|SignerName|Requestor|RequestedDuration|Condition"
        ) { object, ages in
            let seconds = object.at("spec", "expirationSeconds")?.int
            return [
                ages.age(object), CellText.or(object.at("spec", "signerName")?.string),
                CellText.or(object.at("spec", "username")?.string, ""),
                seconds.map { .string(HumanDuration.text(.seconds($0))) } ?? CellText.none,
                .string(signingStatus(object)),
            ]
        },
    ]

    private static var bindings: TablePrinter {
        TablePrinter("Role|Age|Users@1|Groups@1|ServiceAccounts@1") { object, ages in
            let role = object["roleRef"]
            let subjects = object["subjects"]?.array ?? []
            return [
                .string("\(role?["kind"]?.string ?? "")/\(role?["name"]?.string ?? "")"),
                ages.age(object),
            ]
                + ["User", "Group", "ServiceAccount"].map { kind in
                    let names = subjects.filter { $0.kind == kind }.map { subject in
                        let name = subject["name"]?.string ?? ""
                        guard kind == "ServiceAccount" else { return name }
                        return "\(subject["namespace"]?.string ?? "")/\(name)"
                    }
                    return .string(names.joined(separator: ", "))
                }
        }
    }

    private static func signingStatus(_ request: JSON) -> String {
        let types = (request.at("status", "conditions")?.array ?? []).compactMap {
            $0["type"]?.string
        }
        var text = "Pending"
        if types.contains("Denied") {
            text = "Denied"
        } else if types.contains("Approved") {
            text = "Approved"
        }
        if types.contains("Failed") { text += ",Failed" }
        let isIssued = request.at("status", "certificate")?.string?.isEmpty == false
        return isIssued ? text + ",Issued" : text
    }
}
