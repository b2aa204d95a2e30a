import JSONValues
import KubernetesObjects

/// Finds what pods an object makes or is.
enum PodTemplateReader {
    /// A pod's labels and `spec`, and how many there are to be.
    struct Template {
        let replicas: Int
        let labels: [String: String]
        let spec: JSON
    }

    /// Nil for what is no workload.
    static func read(_ object: JSON) -> Template? {
        let replicas = object.at("spec", "replicas")?.int ?? 1
        switch (object.groupVersionKind?.group, object.kind) {
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "ReplicaSet"),
            ("", "ReplicationController"):
            return template(object.at("spec", "template"), replicas: replicas)
        case ("apps", "DaemonSet"):
            // One a node: how many that is, the target decides.
            return template(object.at("spec", "template"), replicas: 0)
        case ("batch", "Job"):
            let isRunning = (object.at("status", "active")?.int ?? 0) > 0
            return template(object.at("spec", "template"), replicas: isRunning ? 1 : 0)
        case ("batch", "CronJob"):
            return template(object.at("spec", "jobTemplate", "spec", "template"), replicas: 0)
        case ("", "Pod"):
            let hasEnded = ["Succeeded", "Failed"].contains(
                object.at("status", "phase")?.string ?? ""
            )
            return template(object, replicas: hasEnded ? 0 : 1)
        default: return nil
        }
    }

    private static func template(_ pod: JSON?, replicas: Int) -> Template? {
        guard let pod, let spec = pod.spec else { return nil }
        return Template(replicas: replicas, labels: pod.labels, spec: spec)
    }

    private static let keptOfSpec = [
        "nodeSelector", "affinity", "tolerations", "serviceAccountName", "imagePullSecrets",
        "priorityClassName", "runtimeClassName", "volumes", "hostNetwork", "hostPID", "hostIPC",
        "securityContext", "overhead", "nodeName", "os",
    ]

    private static let keptOfContainer = [
        "name", "image", "resources", "securityContext", "ports", "envFrom",
    ]

    /// A pod's `spec` without what may hold a secret or is of no interest.
    static func slim(_ spec: JSON) -> JSON {
        var slim = JSON.emptyObject
        for key in keptOfSpec { slim[key] = spec[key] }
        for key in ["initContainers", "containers", "ephemeralContainers"] {
            if let containers = spec[key]?.array { slim[key] = .array(containers.map(container)) }
        }
        return slim
    }

    private static func container(_ container: JSON) -> JSON {
        var slim = JSON.emptyObject
        for key in keptOfContainer { slim[key] = container[key] }
        if let variables = container["env"]?.array {
            // References only: an environment's values may be passwords.
            slim["env"] = .array(variables.filter { $0["valueFrom"] != nil })
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"] {
            // Baseline forbids that a probe names a host.
            if let host = container.at(probe, "httpGet", "host") { slim["probeHost"] = host }
        }
        return slim
    }
}
