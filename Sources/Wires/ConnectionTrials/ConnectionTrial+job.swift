import JSONValues

extension ConnectionTrial {
    /// The Job, as it is created.
    ///
    /// Its pod is admitted where the Pod Security level is `restricted`, asks for little so that quota
    /// does not refuse it, and takes no sidecar, which would never end.
    package var job: JSON {
        [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": [
                "backoffLimit": 0,
                // Beside the time that a node and an image may take.
                "activeDeadlineSeconds": .int(600 + manner.secondsMax(targets: targets.count)),
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
            "containers": [
                [
                    "name": "try",
                    "image": .string(image),
                    "command": .array(
                        (["sh", "-c", ConnectionTrialScript.text, "try"] + words)
                            .map(JSON.string)
                    ),
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
            ],
        ]
        if let pullSecret { spec["imagePullSecrets"] = [["name": .string(pullSecret)]] }
        return spec
    }
}
