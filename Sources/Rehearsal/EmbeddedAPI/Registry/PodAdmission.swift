import JSONValues
import KubernetesObjects

/// What the admission plug-ins of a server add to a new pod, and what its strategy sets.
enum PodAdmission {
    static func prepareForCreate(_ pod: inout JSON) {
        addTolerations(&pod)
        pod.change("spec") { spec in
            spec.setDefault("priority", 0)
            spec.setDefault("preemptionPolicy", "PreemptLowerPriority")
        }
        pod.status = [
            "phase": "Pending", "qosClass": .string(qualityOfService(pod.spec ?? .emptyObject)),
        ]
    }

    /// DefaultTolerationSeconds: a pod stays five minutes on a node that is gone.
    private static func addTolerations(_ pod: inout JSON) {
        var tolerations = pod.at("spec", "tolerations")?.array ?? []
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
            let isTolerated = tolerations.contains { toleration in
                let word = toleration["key"]?.string ?? ""
                let effect = toleration["effect"]?.string ?? ""
                return (word == key || word.isEmpty) && (effect == "NoExecute" || effect.isEmpty)
            }
            if isTolerated { continue }
            tolerations.append([
                "key": .string(key), "operator": "Exists", "effect": "NoExecute",
                "tolerationSeconds": 300,
            ])
        }
        pod.set(.array(tolerations), at: "spec", "tolerations")
    }

    /// The volume by which a pod reaches the API with its account's token.
    static func addToken(to pod: inout JSON, name: String) {
        let mount: JSON = [
            "name": .string(name), "readOnly": true,
            "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
        ]
        let path = mount["mountPath"]
        for key in ["containers", "initContainers"] {
            pod.change("spec") { spec in
                spec.changeEach(key) { container in
                    let mounts = container["volumeMounts"]?.array ?? []
                    guard !mounts.contains(where: { $0["mountPath"] == path }) else { return }
                    container["volumeMounts"] = .array(mounts + [mount])
                }
            }
        }
        let volumes = pod.at("spec", "volumes")?.array ?? []
        pod.set(.array(volumes + [tokenVolume(name)]), at: "spec", "volumes")
    }

    private static func tokenVolume(_ name: String) -> JSON {
        [
            "name": .string(name),
            "projected": [
                "defaultMode": 420,
                "sources": [
                    ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
                    [
                        "configMap": [
                            "name": "kube-root-ca.crt",
                            "items": [["key": "ca.crt", "path": "ca.crt"]],
                        ]
                    ],
                    [
                        "downwardAPI": [
                            "items": [
                                [
                                    "path": "namespace",
                                    "fieldRef": [
                                        "apiVersion": "v1", "fieldPath": "metadata.namespace",
                                    ],
                                ]
                            ]
                        ]
                    ],
                ],
            ],
        ]
    }

    private static func qualityOfService(_ spec: JSON) -> String {
        let containers = (spec["containers"]?.array ?? []) + (spec["initContainers"]?.array ?? [])
        let isGuaranteed = containers.allSatisfy { container in
            let limits = container.at("resources", "limits")
            let requests = container.at("resources", "requests")
            return ["cpu", "memory"].allSatisfy {
                limits?[$0] != nil && requests?[$0] == limits?[$0]
            }
        }
        if isGuaranteed { return "Guaranteed" }
        let names = ["cpu", "memory"]
        let asksAny = containers.contains { container in
            ["limits", "requests"].contains { side in
                names.contains { container.at("resources", side, $0) != nil }
            }
        }
        return asksAny ? "Burstable" : "BestEffort"
    }
}
