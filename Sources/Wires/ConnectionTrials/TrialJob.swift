import JSONValues

/// A Job with one small container, such as clusters admit without being asked twice.
///
/// Its pod is admitted where the Pod Security level is `restricted`, asks for little so that quota
/// does not refuse it, and takes no sidecar, which would never end.
struct TrialJob {
    let namespace: String
    let name: String
    let image: String
    let command: [String]
    /// After this it is ended, wherever it stands.
    let secondsMax: Int
    var pullSecret: String?
    /// The port at which the container listens; nil where it does not.
    var port: Int?
    /// How often a pod that failed is followed by another.
    var retriesMax = 0

    var json: JSON {
        [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": [
                "backoffLimit": .int(retriesMax),
                "activeDeadlineSeconds": .int(secondsMax),
                "ttlSecondsAfterFinished": 86_400,
                "template": [
                    "metadata": [
                        "labels": [
                            "app.kubernetes.io/managed-by": "diolkos",
                            "sidecar.istio.io/inject": "false",
                        ],
                        "annotations": ["linkerd.io/inject": "disabled"],
                    ],
                    "spec": podSpec,
                ],
            ],
        ]
    }

    private var podSpec: JSON {
        var spec: JSON = [
            "restartPolicy": "Never",
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "nodeSelector": ["kubernetes.io/os": "linux"],
            "terminationGracePeriodSeconds": 1,
            "securityContext": [
                "runAsNonRoot": true, "runAsUser": 65_534,
                "seccompProfile": ["type": "RuntimeDefault"],
            ],
            "containers": [container],
        ]
        if let pullSecret { spec["imagePullSecrets"] = [["name": .string(pullSecret)]] }
        return spec
    }

    private var container: JSON {
        var container: JSON = [
            "name": "try",
            "image": .string(image),
            "command": .array(command.map(JSON.string)),
            "resources": [
                "requests": ["cpu": "10m", "memory": "16Mi"],
                "limits": ["cpu": "100m", "memory": "64Mi"],
            ],
            "securityContext": [
                "allowPrivilegeEscalation": false,
                "readOnlyRootFilesystem": true,
                "capabilities": ["drop": ["ALL"]],
            ],
        ]
        if let port { container["ports"] = [["containerPort": .int(port)]] }
        return container
    }
}
