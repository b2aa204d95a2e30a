import KubernetesObjects
import MigrationModel

/// Tools outside that would write objects again as they know them.
struct GitOpsCheck: AssessmentCheck {
    let name = "gitops"

    func findings(in estate: AssessedEstate) -> [Finding] {
        var found: [String: [SlimObject]] = [:]
        for object in estate.source.objects.values.joined() where estate.isMoving(object) {
            if let tool = GitOpsCheck.tool(of: object) { found[tool, default: []].append(object) }
        }
        return found.sorted { $0.key < $1.key }.flatMap { tool, objects -> [Finding] in
            if tool == "Helm" {
                return finding(
                    .note,
                    objects,
                    "Helm installed them: its releases are known at the source only, until their "
                        + "Secrets (sh.helm.release.v1…) are copied too",
                    remedy: "Copy the release Secrets along, or install the charts at the target."
                )
            }
            return finding(
                .decide,
                objects,
                "\(tool) writes them, and reverts what a migration changes at the source (replicas, "
                    + "selectors); at the target it may write a second, different version",
                remedy:
                    "Pause \(tool) for them at the source, and point it at the target when they "
                    + "have crossed."
            )
        }
    }

    /// Who keeps an object as a repository has it; nil when nobody seems to.
    private static func tool(of object: SlimObject) -> String? {
        ObjectKeeper(
            labels: object.labels,
            annotations: object.annotations,
            managers: Set(object.writers.map(\.manager))
        )?.rawValue
    }
}

/// Objects that an operator owns without being their controller.
struct OperatorCheck: AssessmentCheck {
    let name = "operator"

    func findings(in estate: AssessedEstate) -> [Finding] {
        var found: [String: [SlimObject]] = [:]
        for object in estate.source.objects.values.joined() where estate.isMoving(object) {
            for owner in object.owners {
                let parts = owner.split(separator: " ").map(String.init)
                guard parts.count == 3, let version = GroupVersion(apiVersion: parts[0]),
                    OperatorCheck.isCustom(version.group)
                else { continue }
                found["\(parts[1]).\(version.group)", default: []].append(object)
            }
        }
        return found.sorted { $0.key < $1.key }.flatMap { kind, objects in
            finding(
                .decide,
                objects,
                "the operator of \(kind) owns them and would make them itself at the target",
                remedy: "Copy its own objects and leave these out, once the operator runs there."
            )
        }
    }

    /// Whether a group is none of Kubernetes' own.
    private static func isCustom(_ group: String) -> Bool {
        group.contains(".") && !group.hasSuffix(".k8s.io")
    }
}
