import JSONValues
import KubernetesObjects

/// A Job that sends bytes to a `TransferListener` from inside a cluster and fetches some, and tells how long
/// that took.
///
/// A few bytes fit into a packet of any size; some need packets as large as both ends agree on. Where the
/// first pass and the second do not, packets of that size are lost on the way, and nobody is told.
package struct TransferTrial: Sendable {
    /// A small packet.
    package static let few = 64
    /// A dozen packets of the size that is usual.
    package static let some = 16 * 1_024
    /// Enough to tell how fast a link is, and not enough to be in anybody's way.
    package static let many = 512 * 1_024
    /// How long one exchange may take.
    package static let patienceSeconds = 15
    /// How long the listener of a place is looked for, every second: proxies and balancers follow late.
    package static let reachSeconds = 20
    /// A Job tries at most this many places, one after the other.
    package static let placesMax = 4

    /// Where its Job and its pods run.
    package let namespace: String
    /// What the Job is called.
    package let name: String
    /// Has `sh`, `head`, `nc`, `sleep`, `timeout` and `wc`.
    package let image: String
    /// By which name an entry knows the listener.
    package let host: String
    /// Where the listener is reached.
    package let places: [ConnectionTarget]
    /// Whether something that speaks HTTP is between: it may take a caller who has nothing more to say for
    /// one who has gone, so the pod keeps its end open, which takes its time.
    package let isBehindEntry: Bool

    /// Takes a trial of at most `placesMax` places.
    package init(
        namespace: String,
        name: String,
        image: String,
        host: String,
        places: [ConnectionTarget],
        isBehindEntry: Bool = false
    ) {
        precondition(places.count <= TransferTrial.placesMax, "a trial would take too long")
        self.namespace = namespace
        self.name = name
        self.image = image
        self.host = host
        self.places = places
        self.isBehindEntry = isBehindEntry
    }

    /// What a pod of a trial was told to do; nil when its first container runs no such trial.
    package init?(_ pod: JSON) {
        let container = pod.at("spec", "containers")?.array?.first
        let words = (container?["command"]?.array ?? []).compactMap(\.string)
        guard words.count > 11, words[2] == TransferTrialScript.text else { return nil }
        self.init(
            namespace: pod.namespace ?? "",
            name: pod.labels["job-name"] ?? "",
            image: container?["image"]?.string ?? "",
            host: words[4],
            places: words[11...].prefix(TransferTrial.placesMax).compactMap {
                ConnectionTarget($0)
            },
            isBehindEntry: words[10] != "0"
        )
    }

    /// The Job, as it is created.
    package var job: JSON {
        let patience = TransferTrial.patienceSeconds
        let each = TransferTrial.reachSeconds + 6 * patience
        return TrialJob(
            namespace: namespace,
            name: name,
            image: image,
            command: [
                "sh", "-c", TransferTrialScript.text, "transfer", host, "\(patience)",
                "\(TransferTrial.reachSeconds)", "\(TransferTrial.few)", "\(TransferTrial.some)",
                "\(TransferTrial.many)", isBehindEntry ? "\(patience)" : "0",
            ] + places.map(\.text),
            // Beside the time that a node and an image may take.
            secondsMax: 600 + each * places.count
        ).json
    }

    /// What has come of a trial so far.
    package enum Outcome: Sendable, Equatable {
        /// Its pod has not ended; what it waits for.
        case underWay(seen: String)
        /// Every place was tried; in the order of the places.
        case done([TransferAnswer])
        /// It ended without trying everything; why.
        case failed(reason: String)
    }

    /// Reads what has come of it from its Job and the pods that bear its name.
    package static func outcome(job: JSON, pods: [JSON]) -> Outcome {
        switch TrialLook(job: job, pods: pods) {
        case .underWay(let seen): return .underWay(seen: seen)
        case .failed(let reason): return .failed(reason: reason)
        case .ended(let pod, let message):
            let places = TransferTrial(pod)?.places ?? []
            let answers = TransferAnswer.answers(in: message)
            let found = places.indices.compactMap { answers[$0] }
            guard !found.isEmpty, found.count == places.count else {
                return .failed(reason: "reported nothing of some place: \(message)")
            }
            return .done(found)
        }
    }
}
