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
        guard let replicas = replicas(of: object), let template = object.podTemplate,
            let spec = object.podSpec
        else { return nil }
        return Template(replicas: replicas, labels: template.labels, spec: spec)
    }

    /// How many pods run, or shall; nil for what is no workload.
    private static func replicas(of object: JSON) -> Int? {
        switch object.groupKind {
        case "Deployment.apps", "StatefulSet.apps", "ReplicaSet.apps", "ReplicationController":
            object.at("spec", "replicas")?.int ?? 1
        // One a node: how many that is, the target decides.
        case "DaemonSet.apps", "CronJob.batch": 0
        case "Job.batch": (object.at("status", "active")?.int ?? 0) > 0 ? 1 : 0
        case "Pod": object.isPodFinished ? 0 : 1
        default: nil
        }
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
