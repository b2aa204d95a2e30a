import JSONValues
import KubernetesObjects
import MigrationModel

/// Finds what exists for a workload: who says how many pods it has, and how many of them must stay.
struct AttendantReader: Sendable {
    /// What was found of one workload.
    struct Attendants: Sendable {
        /// HPAs and PDBs, which cross with it; sorted.
        var references: [ObjectReference] = []
        var scaledObjects: [ScaledObjectRecord] = []
        var budgets: [BudgetRecord] = []
    }

    let objects: [JSON]
    let owners: OwnerChain

    func read(_ id: WorkloadID, podLabels: [String: String]) -> Attendants {
        let near = objects.filter { $0.namespace == id.namespace }
        // The HPA that a ScaledObject makes is made anew where that one is.
        let scalers = near.filter {
            $0.isKind("HorizontalPodAutoscaler", in: "autoscaling") && owners.reason($0) == nil
                && names($0, id, kindUsual: "")
        }
        let budgets = near.filter { isBudget($0, labels: podLabels) }
        return Attendants(
            references: (scalers + budgets).compactMap { ObjectReference($0) }.sorted(),
            scaledObjects: near.filter {
                $0.isKind("ScaledObject", in: "keda.sh") && names($0, id, kindUsual: "Deployment")
            }.compactMap(scaledObject).sorted(),
            budgets: budgets.compactMap(budget).sorted()
        )
    }

    private func names(_ scaler: JSON, _ id: WorkloadID, kindUsual: String) -> Bool {
        let target = scaler.at("spec", "scaleTargetRef")
        return target?["name"]?.string == id.name
            && (target?["kind"]?.string ?? kindUsual) == id.kind
    }

    private func isBudget(_ object: JSON, labels: [String: String]) -> Bool {
        guard object.isKind("PodDisruptionBudget", in: "policy"),
            let selector = object.at("spec", "selector", "matchLabels")?.stringMap,
            !selector.isEmpty
        else { return false }
        return selector.allSatisfy { labels[$0.key] == $0.value }
    }

    private func scaledObject(_ object: JSON) -> ScaledObjectRecord? {
        ObjectReference(object).map { reference in
            ScaledObjectRecord(
                reference: reference,
                isPaused: object.annotations["autoscaling.keda.sh/paused"] == "true",
                pausedReplicas: object.annotations["autoscaling.keda.sh/paused-replicas"]
            )
        }
    }

    private func budget(_ object: JSON) -> BudgetRecord? {
        func stated(_ field: String) -> String? {
            let value = object.at("spec", field)
            return value?.string ?? value?.int.map(String.init)
        }
        return ObjectReference(object).map { reference in
            BudgetRecord(
                reference: reference,
                minAvailable: stated("minAvailable"),
                maxUnavailable: stated("maxUnavailable")
            )
        }
    }
}
