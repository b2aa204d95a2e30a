import Foundation
import JSONValues
import KubernetesObjects
import MigrationModel

/// The objects of a keeper as they are created.
struct KeeperManifests: Sendable {
    /// How often it looks, and for how long nobody may be ready before that is believed.
    private static let intervalSeconds = 3
    private static let nobodySeconds = 60
    /// What it has not followed for this long it no longer follows.
    private static let followedSeconds = 30
    private static let turnedSeconds = 120

    /// Where a pod finds what its account proves itself with.
    private static let account = "/var/run/secrets/kubernetes.io/serviceaccount"

    private static let rbac = "rbac.authorization.k8s.io"
    private static let labels: JSON = ["app.kubernetes.io/name": .string(BridgeKeeper.name)]

    let keeper: BridgeKeeper

    /// What lets it read the other site.
    func reader(_ reference: ObjectReference) -> JSON {
        switch reference.kind {
        case "Role": role(reference, [rule(verbs: ["get", "list"])])
        case "ClusterRole":
            role(reference, [["apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]]])
        case "RoleBinding", "ClusterRoleBinding": binding(reference)
        case "Secret":
            object(
                reference,
                [
                    "type": "kubernetes.io/service-account-token",
                    "metadata": [
                        "annotations": [
                            "kubernetes.io/service-account.name": .string(reference.name)
                        ]
                    ],
                ]
            )
        default: account(reference)
        }
    }

    /// What it is made of, but for what it proves itself with.
    func object(_ reference: ObjectReference, of run: RunID) -> JSON {
        switch reference.kind {
        case "Role":
            role(
                reference,
                [
                    rule(verbs: ["get", "list"]),
                    rule(verbs: ["patch"], names: slices(in: reference.namespace ?? "")),
                ]
            )
        case "RoleBinding": binding(reference)
        case "Deployment": deployment(reference, run)
        default: account(reference)
        }
    }

    /// What the other site made for it, with where that is.
    func credentials(_ token: JSON) -> JSON {
        let config: JSON = [
            "apiVersion": "v1", "kind": "Config", "current-context": "other",
            "clusters": [
                [
                    "name": "other",
                    "cluster": [
                        "server": .string(keeper.api), "certificate-authority": "/other/ca.crt",
                    ],
                ]
            ],
            "users": [["name": "reader", "user": ["tokenFile": "/other/token"]]],
            "contexts": [["name": "other", "context": ["cluster": "other", "user": "reader"]]],
        ]
        let encoded = Data(config.text().utf8).base64EncodedString()
        return object(
            reference("Secret"),
            [
                "type": "Opaque",
                "data": [
                    "kubeconfig": .string(encoded), "token": token.at("data", "token") ?? "",
                    "ca.crt": token.at("data", "ca.crt") ?? "",
                ],
            ]
        )
    }

    private func reference(_ kind: String) -> ObjectReference {
        ObjectReference(
            apiVersion: "v1",
            kind: kind,
            namespace: keeper.home,
            name: BridgeKeeper.name
        )
    }

    /// Every name that a slice of its bridges may have.
    private func slices(in namespace: String) -> [String] {
        keeper.names.filter { $0.namespace == namespace }.flatMap { name in
            (0..<BridgePages.pagesMax).map { BridgePages.name(name.name, $0) }
        }
    }

    private func object(_ reference: ObjectReference, _ content: JSON) -> JSON {
        var object = content
        object["apiVersion"] = .string(reference.apiVersion)
        object["kind"] = .string(reference.kind)
        object.name = reference.name
        object.namespace = reference.namespace
        return object
    }

    private func account(_ reference: ObjectReference) -> JSON {
        object(reference, ["automountServiceAccountToken": false])
    }

    private func rule(verbs: [String], names: [String] = []) -> JSON {
        var rule: JSON = [
            "apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"],
            "verbs": .array(verbs.map(JSON.string)),
        ]
        if !names.isEmpty { rule["resourceNames"] = .array(names.map(JSON.string)) }
        return rule
    }

    private func role(_ reference: ObjectReference, _ rules: [JSON]) -> JSON {
        object(reference, ["rules": .array(rules)])
    }

    private func binding(_ reference: ObjectReference) -> JSON {
        object(
            reference,
            [
                "roleRef": [
                    "apiGroup": .string(KeeperManifests.rbac),
                    "kind": .string(String(reference.kind.dropLast("Binding".count))),
                    "name": .string(reference.name),
                ],
                "subjects": [
                    [
                        "kind": "ServiceAccount",
                        "name": .string(
                            reference.namespace == nil
                                ? BridgeKeeper.readerName : reference.name
                        ), "namespace": .string(keeper.home),
                    ]
                ],
            ]
        )
    }

    private func deployment(_ reference: ObjectReference, _ run: RunID) -> JSON {
        object(
            reference,
            [
                "spec": [
                    "replicas": 1,
                    // Two of them would do no harm, but for their calls.
                    "strategy": ["type": "Recreate"],
                    "selector": ["matchLabels": KeeperManifests.labels],
                    "template": [
                        "metadata": ["labels": KeeperManifests.labels], "spec": pod(run),
                    ],
                ]
            ]
        )
    }

    private func pod(_ run: RunID) -> JSON {
        [
            "serviceAccountName": .string(BridgeKeeper.name),
            "automountServiceAccountToken": true,
            "terminationGracePeriodSeconds": 5,
            "securityContext": [
                "runAsNonRoot": true, "runAsUser": 65_534, "runAsGroup": 65_534,
                "fsGroup": 65_534, "seccompProfile": ["type": "RuntimeDefault"],
            ],
            "volumes": [
                [
                    "name": "other",
                    "secret": ["secretName": .string(BridgeKeeper.name), "defaultMode": 0o440],
                ], ["name": "state", "emptyDir": ["sizeLimit": "64Mi"]],
            ],
            "containers": [container(run)],
        ]
    }

    private func container(_ run: RunID) -> JSON {
        let bridges =
            "endpointslice.kubernetes.io/managed-by=\(Marks.sliceManager),\(Marks.run)=\(run.text)"
        let environment = [
            ("HOME", "/state"), ("STATE", "/state"), ("ACCOUNT", KeeperManifests.account),
            ("OTHER_KUBECONFIG", "/other/kubeconfig"),
            ("NAMESPACES", keeper.namespaces.joined(separator: " ")), ("BRIDGES", bridges),
            ("FOLLOWS", keeper.follows.rawValue),
            ("INTERVAL", "\(KeeperManifests.intervalSeconds)"),
            ("NOBODY", "\(KeeperManifests.nobodySeconds)"),
        ]
        return [
            "name": "keeper", "image": .string(keeper.image),
            "command": ["sh", "-c", .string(KeeperScript.text)],
            "env": .array(
                environment.map { ["name": .string($0), "value": .string($1)] }
            ),
            "resources": [
                "requests": ["cpu": "10m", "memory": "64Mi"],
                "limits": ["cpu": "200m", "memory": "256Mi"],
            ],
            "readinessProbe": probe("followed", KeeperManifests.followedSeconds, period: 5),
            "livenessProbe": probe("turned", KeeperManifests.turnedSeconds, period: 30),
            "volumeMounts": [
                ["name": "other", "mountPath": "/other", "readOnly": true],
                ["name": "state", "mountPath": "/state"],
            ],
            "securityContext": [
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                "capabilities": ["drop": ["ALL"]],
            ],
        ]
    }

    /// Whether it wrote this time no longer ago than that.
    private func probe(_ file: String, _ seconds: Int, period: Int) -> JSON {
        let test =
            "[ $(($(date +%s) - $(cat /state/\(file) 2>/dev/null || echo 0))) -lt \(seconds) ]"
        return [
            "exec": ["command": ["sh", "-c", .string(test)]], "periodSeconds": .int(period),
            "timeoutSeconds": 5, "initialDelaySeconds": .int(period), "failureThreshold": 3,
        ]
    }
}
