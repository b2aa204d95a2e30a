import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// One look at one HorizontalPodAutoscaler.
struct AutoscalerLook: Sendable {
    private let autoscaler: JSON
    private let now: WallTime
    private var status: JSON
    private var conditions: Conditions
    private var writes: [ObjectWrite] = []

    init(_ autoscaler: JSON, now: WallTime) {
        self.autoscaler = autoscaler
        self.now = now
        status = autoscaler.status ?? .emptyObject
        conditions = Conditions(of: autoscaler)
    }

    var outcome: Reconciliation {
        var outcome = Reconciliation(writes)
        var status = status
        status["conditions"] = conditions.json
        outcome.updateStatus(status, of: autoscaler)
        return outcome
    }

    mutating func noteMissing(_ problem: String) {
        note(
            "AbleToScale",
            false,
            "FailedGetScale",
            "the HPA controller was unable to get the target's current scale: \(problem)"
        )
        status["desiredReplicas"] = .int(status.count("desiredReplicas"))
    }

    mutating func run(_ target: JSON) {
        note(
            "AbleToScale",
            true,
            "SucceededGetScale",
            "the HPA controller was able to get the target's current scale"
        )
        let current = target.specReplicas
        let least = autoscaler.at("spec", "minReplicas")?.int ?? 1
        let most = autoscaler.at("spec", "maxReplicas")?.int ?? Int.max
        status["currentReplicas"] = .int(current)
        if current == 0, least > 0 {
            status["desiredReplicas"] = 0
            note(
                "ScalingActive",
                false,
                "ScalingDisabled",
                "scaling is disabled since the replica count of the target is zero"
            )
        } else if current > most || current < least {
            rescale(target, to: min(max(current, least), most))
        } else {
            noteMissingMetrics()
        }
    }

    private mutating func rescale(_ target: JSON, to count: Int) {
        var scaled = target
        scaled.set(.int(count), at: "spec", "replicas")
        writes.append(.update(scaled))
        status["desiredReplicas"] = .int(count)
        status["lastScaleTime"] = .string(now.rfc3339)
        note(
            "AbleToScale",
            true,
            "SucceededRescale",
            "the HPA controller was able to update the target scale to \(count)"
        )
    }

    private mutating func noteMissingMetrics() {
        status["desiredReplicas"] = .int(status.count("desiredReplicas"))
        let metrics = autoscaler.at("spec", "metrics")?.array ?? []
        let resource =
            metrics.compactMap { $0.at("resource", "name")?.string }.first ?? "cpu"
        status["currentMetrics"] = .array(metrics.map { _ in ["type": ""] })
        note(
            "ScalingActive",
            false,
            "FailedGetResourceMetric",
            "the HPA was unable to compute the replica count: failed to get \(resource) "
                + "utilization: unable to get metrics for resource \(resource): unable to fetch "
                + "metrics from resource metrics API: the server could not find the requested "
                + "resource (get pods.metrics.k8s.io)"
        )
    }

    private mutating func note(
        _ type: String,
        _ isTrue: Bool,
        _ reason: String,
        _ message: String
    ) {
        conditions.setInPlace(
            type,
            isTrue ? "True" : "False",
            reason: reason,
            message: message,
            now: now
        )
    }
}
