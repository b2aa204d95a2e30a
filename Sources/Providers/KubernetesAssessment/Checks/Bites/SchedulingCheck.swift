import JSONValues
import KubernetesObjects
import MigrationModel

/// Pods that no node of the target would take.
struct SchedulingCheck: AssessmentCheck {
    let name = "no-node-fits"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let nodes = estate.target.readyNodes
        guard !nodes.isEmpty else { return [] }
        var byLabels: [SlimObject] = []
        var byTaints: [SlimObject] = []
        for workload in estate.movingWorkloads {
            guard let pods = workload.pods else { continue }
            let fitting = nodes.filter { NodeFit.selects($0, pods.spec) }
            if fitting.isEmpty {
                byLabels.append(workload)
            } else if !fitting.contains(where: { NodeFit.tolerates($0.taints, pods.spec) }) {
                byTaints.append(workload)
            }
        }
        return finding(
            .blocker,
            byLabels,
            "no ready node of the target has the labels that their nodeSelector or node affinity "
                + "requires: their pods would wait for ever",
            remedy: "Label nodes of the target alike, or change the selectors in the copy."
        )
            + finding(
                .blocker,
                byTaints,
                "every ready node of the target that they select has a taint that they do not tolerate",
                remedy: "Add nodes without the taint, or tolerations to the copy."
            )
    }
}

/// Whether a node takes a pod, by labels and taints alone.
enum NodeFit {
    static func selects(_ node: NodeFacts, _ spec: JSON) -> Bool {
        let wanted = spec["nodeSelector"]?.stringMap ?? [:]
        guard wanted.allSatisfy({ node.labels[$0.key] == $0.value }) else { return false }
        let required = spec.at(
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms"
        )
        guard let terms = required?.array else { return true }
        return terms.contains { matches($0, node) }
    }

    /// All expressions of a term must hold; a term without any selects nothing.
    private static func matches(_ term: JSON, _ node: NodeFacts) -> Bool {
        let expressions = term["matchExpressions"]?.array ?? []
        let fields = term["matchFields"]?.array ?? []
        if expressions.isEmpty && fields.isEmpty { return false }
        return expressions.allSatisfy { holds($0, node.labels[$0["key"]?.string ?? ""]) }
            && fields.allSatisfy { $0["key"] == "metadata.name" && holds($0, node.name) }
    }

    private static func holds(_ expression: JSON, _ value: String?) -> Bool {
        let values = (expression["values"]?.array ?? []).compactMap(\.string)
        switch expression["operator"]?.string {
        case "In": return value.map(values.contains) ?? false
        case "NotIn": return value.map { !values.contains($0) } ?? true
        case "Exists": return value != nil
        case "DoesNotExist": return value == nil
        case "Gt", "Lt":
            guard let number = value.flatMap({ Int($0) }),
                let bound = values.first.flatMap({ Int($0) })
            else { return false }
            return expression["operator"] == "Gt" ? number > bound : number < bound
        default: return false
        }
    }

    /// Whether no taint keeps the pod away; what only advises against does not.
    static func tolerates(_ taints: [NodeFacts.Taint], _ spec: JSON) -> Bool {
        let tolerations = spec["tolerations"]?.array ?? []
        return taints.filter { $0.effect != "PreferNoSchedule" }.allSatisfy { taint in
            tolerations.contains { tolerates(taint, $0) }
        }
    }

    private static func tolerates(_ taint: NodeFacts.Taint, _ toleration: JSON) -> Bool {
        let effect = toleration["effect"]?.string ?? ""
        let key = toleration["key"]?.string ?? ""
        guard effect.isEmpty || effect == taint.effect else { return false }
        if toleration["operator"] == "Exists" { return key.isEmpty || key == taint.key }
        return key == taint.key && (toleration["value"]?.string ?? "") == taint.value
    }
}

/// Processors for which images may not have been built.
struct ArchitectureCheck: AssessmentCheck {
    let name = "architecture"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let before = Set(estate.source.readyNodes.map(\.architecture)).filter { !$0.isEmpty }
        guard !before.isEmpty else { return [] }
        let others = estate.target.readyNodes.filter {
            !$0.architecture.isEmpty && !before.contains($0.architecture)
        }
        return finding(
            .decide,
            others.map { "Node \($0.name)" },
            "they are \(Set(others.map(\.architecture)).sorted().joined(separator: ", ")), and the "
                + "source has run on \(before.sorted().joined(separator: ", ")) only: images may not "
                + "be built for them",
            remedy:
                "See that every image has a manifest for the architecture, or keep pods off these "
                + "nodes (kubernetes.io/arch)."
        )
    }
}
