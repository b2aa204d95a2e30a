import JSONValues
import KubernetesObjects

/// A Job whose pod listens for a while, and takes and gives as many bytes as it is asked to.
///
/// What it speaks is HTTP/1.1 without TLS, so that it may also stand behind an entry.
package struct TransferListener: Sendable {
    /// Whoever forgets it leaves it running no longer than a week.
    private static let secondsMax = 7 * 86_400
    /// A node may be drained under it.
    private static let retriesMax = 3

    /// Where its Job and its pods run.
    package let namespace: String
    /// What the Job is called.
    package let name: String
    /// Has `sh`, `head`, `timeout`, `wc`, and the `nc` of busybox or toybox.
    package let image: String

    /// The port at which its pod listens, beyond those of the privileged.
    package let port: Int

    /// Takes it as it is.
    package init(namespace: String, name: String, image: String, port: Int) {
        self.port = port
        self.namespace = namespace
        self.name = name
        self.image = image
    }

    /// Whether this pod is one of such a Job.
    package static func isListening(_ pod: JSON) -> Bool {
        let command = pod.at("spec", "containers")?.array?.first?["command"]?.array ?? []
        return command.count > 2 && command[2].string == TransferListenerScript.text
    }

    /// The Job, as it is created.
    package var job: JSON {
        TrialJob(
            namespace: namespace,
            name: name,
            image: image,
            command: [
                "sh", "-c", TransferListenerScript.text, "listen", "\(port)",
                "\(TransferListener.secondsMax)", TransferListenerScript.answer,
            ],
            secondsMax: TransferListener.secondsMax,
            port: port,
            retriesMax: TransferListener.retriesMax
        ).json
    }

    /// Why nobody will ever listen; nil while somebody may.
    package static func failure(job: JSON, pods: [JSON]) -> String? {
        let own = pods.filter { $0.controllerReference?["uid"]?.string == job.uid }
        for pod in own {
            guard let ended = pod.containerState?["terminated"], ended["exitCode"]?.int == 127
            else { continue }
            return ended["message"]?.string ?? "its image lacks a program"
        }
        return job.jobFailure
    }
}
