import JSONValues
import KubernetesObjects

/// Between `autoscaling/v2`, in which autoscalers are stored, and `v1`.
///
/// Version 1 knows only a target for the CPU; what else there is travels in annotations.
enum AutoscalerConversion {
    private static let metricsKey = "autoscaling.alpha.kubernetes.io/metrics"
    private static let behaviorKey = "autoscaling.alpha.kubernetes.io/behavior"

    static func version1(from object: JSON) -> JSON {
        var result = object
        var others: [JSON] = []
        for metric in object.at("spec", "metrics")?.array ?? [] {
            if isCPU(metric), result.at("spec", "targetCPUUtilizationPercentage") == nil {
                let target = metric.at("resource", "target", "averageUtilization")
                result.set(target, at: "spec", "targetCPUUtilizationPercentage")
            } else {
                others.append(metric)
            }
        }
        if !others.isEmpty { result.annotations[metricsKey] = JSON.array(others).text() }
        if let behavior = object.at("spec", "behavior") {
            result.annotations[behaviorKey] = behavior.text()
        }
        result.remove(at: "spec", "metrics")
        result.remove(at: "spec", "behavior")
        var status: JSON = [
            "currentReplicas": object.at("status", "currentReplicas") ?? 0,
            "desiredReplicas": object.at("status", "desiredReplicas") ?? 0,
        ]
        for key in ["observedGeneration", "lastScaleTime"] {
            status[key] = object.at("status", key)
        }
        for metric in object.at("status", "currentMetrics")?.array ?? [] where isCPU(metric) {
            status["currentCPUUtilizationPercentage"] = metric.at(
                "resource",
                "current",
                "averageUtilization"
            )
        }
        result.status = status
        return result
    }

    static func version2(from object: JSON) -> JSON {
        var result = object
        var metrics = parsed(object.annotations[metricsKey])?.array ?? []
        if let percent = object.at("spec", "targetCPUUtilizationPercentage") {
            let metric: JSON = [
                "type": "Resource",
                "resource": [
                    "name": "cpu",
                    "target": ["type": "Utilization", "averageUtilization": percent],
                ],
            ]
            metrics.insert(metric, at: 0)
        }
        result.remove(at: "spec", "targetCPUUtilizationPercentage")
        if !metrics.isEmpty { result.set(.array(metrics), at: "spec", "metrics") }
        if let behavior = parsed(object.annotations[behaviorKey]) {
            result.set(behavior, at: "spec", "behavior")
        }
        result.annotations[metricsKey] = nil
        result.annotations[behaviorKey] = nil
        result.remove(at: "status", "currentCPUUtilizationPercentage")
        return result
    }

    private static func isCPU(_ metric: JSON) -> Bool {
        metric["type"] == "Resource" && metric.at("resource", "name") == "cpu"
            && (metric.at("resource", "target", "averageUtilization") != nil
                || metric.at("resource", "current", "averageUtilization") != nil)
    }

    private static func parsed(_ text: String?) -> JSON? {
        guard let text else { return nil }
        do { return try JSON.parse(text) } catch { return nil }
    }
}
