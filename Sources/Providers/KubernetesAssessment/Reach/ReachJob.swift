import JSONValues
import KubernetesObjects

/// One Job that tries some addresses: pure.
///
/// It asks for nothing that a namespace of the level `restricted` refuses, gets no account's token, runs
/// once, and goes by itself when nobody is left to delete it.
struct ReachJob: Sendable {
    /// The label by which the Jobs and their pods are found; its value is the Job's name.
    static let label = "diolkos.dev/reach"
    /// When a finished Job goes that nobody deleted.
    private static let secondsKept = 300
    /// How much longer it may run than it is waited for: at its end its pods go, and with them their words.
    private static let secondsSpare = 60

    let name: String
    /// None without a port.
    let addresses: [OutsideAddress]
    let settings: ReachSettings

    var manifest: JSON {
        let labels: JSON = .object([
            Self.label: .string(name),
            // Meshes would add a container that never ends.
            "sidecar.istio.io/inject": "false",
        ])
        var pod: JSON = [
            "restartPolicy": "Never", "automountServiceAccountToken": false,
            "enableServiceLinks": false, "terminationGracePeriodSeconds": 1,
            "nodeSelector": ["kubernetes.io/os": "linux"],
            "securityContext": [
                "runAsNonRoot": true, "runAsUser": 65_534, "runAsGroup": 65_534,
                "seccompProfile": ["type": "RuntimeDefault"],
            ],
            "containers": [container],
        ]
        if let secret = settings.pullSecret {
            pod["imagePullSecrets"] = [["name": .string(secret)]]
        }
        return [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": [
                "name": .string(name), "namespace": .string(settings.namespace), "labels": labels,
            ],
            "spec": [
                "backoffLimit": 0, "ttlSecondsAfterFinished": .int(Self.secondsKept),
                "activeDeadlineSeconds": .int(secondsMax + Self.secondsSpare),
                "template": [
                    "metadata": [
                        "labels": labels, "annotations": ["linkerd.io/inject": "disabled"],
                    ],
                    "spec": pod,
                ],
            ],
        ]
    }

    /// How long it is waited for.
    var secondsMax: Int { settings.secondsMax(addresses: addresses.count) }

    private var container: JSON {
        let dialled = addresses.compactMap(\.dialled).flatMap { [$0.host, "\($0.port)"] }
        let words =
            ["\(settings.timeoutSeconds)", "\(ReachSettings.samples)"] + dialled
        return [
            "name": "reach", "image": .string(settings.image), "imagePullPolicy": "IfNotPresent",
            "command": ["sh", "-c", .string(ReachScript.text), .string(ReachScript.name)],
            "args": .array(words.map(JSON.string)),
            "terminationMessagePolicy": "File",
            "resources": [
                "requests": ["cpu": "10m", "memory": "16Mi"],
                "limits": ["cpu": "200m", "memory": "64Mi"],
            ],
            "securityContext": [
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                "capabilities": ["drop": ["ALL"]],
            ],
        ]
    }

    // MARK: - What its pod says

    /// How far its pod has come.
    enum Progress: Sendable, Equatable {
        /// Not far, and why, as far as is known.
        case waiting(String)
        /// It will never run.
        case stuck(String)
        case ended(message: String)
    }

    static func progress(of pods: [JSON]) -> Progress {
        guard
            let pod = pods.max(by: { ($0.creationTimestamp ?? "") < ($1.creationTimestamp ?? "") })
        else { return .waiting("no pod was made: a quota or an admission rule may refuse it") }
        let state = pod.at("status", "containerStatuses")?[0]?["state"]
        if let ended = state?["terminated"] {
            return .ended(message: ended["message"]?.string ?? "")
        }
        if let waiting = state?["waiting"], let reason = waiting["reason"]?.string {
            let words = [reason, waiting["message"]?.string].compactMap { $0 }
                .joined(separator: ": ")
            let isLost = [
                "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull",
                "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
            ].contains(reason)
            return isLost ? .stuck(words) : .waiting(words)
        }
        let phase = pod.at("status", "phase")?.string ?? "Pending"
        if phase == "Failed" {
            return .stuck(pod.at("status", "message")?.string ?? "its pod failed")
        }
        let scheduling = (pod.at("status", "conditions")?.array ?? []).first {
            $0["type"] == "PodScheduled" && $0["status"] == "False"
        }
        let message = scheduling?["message"]?.string.map { ": \($0)" } ?? ""
        return .waiting("its pod is \(phase)\(message)")
    }
}
