import JSONValues
import KubernetesObjects

/// A short Job that tries to reach hosts and ports from inside a cluster, as its pods would.
///
/// It takes what pods take: the cluster's DNS, its Service proxies, its NetworkPolicies, its way out.
/// A connection that comes about counts as an answer, and nothing is sent over it but what its target says.
package struct ConnectionTrial: Sendable {
    /// How the targets are tried.
    package struct Manner: Sendable {
        /// Whether all are tried at once, which is quick, or each in turn, which disturbs no measurement.
        package var isSideBySide: Bool
        /// How long a connection may take to come about; whole seconds.
        package var secondsMax: Int
        /// How often a target is tried that does not answer, a second apart.
        package var attemptsMax: Int
        /// How often one is tried that does; the middle one of the times counts.
        package var samples: Int

        /// Tries all at once, each until it answers, 5 times at most.
        package init(
            isSideBySide: Bool = true,
            secondsMax: Int = 2,
            attemptsMax: Int = 5,
            samples: Int = 1
        ) {
            self.isSideBySide = isSideBySide
            self.secondsMax = secondsMax
            self.attemptsMax = attemptsMax
            self.samples = samples
        }

        /// How long a trial of so many targets takes at most, in seconds, once its pod runs.
        package func secondsMax(targets count: Int) -> Int {
            let each = attemptsMax * (secondsMax + 1) + samples * secondsMax
            return isSideBySide ? each : each * count
        }
    }

    /// A report of this many targets fits into a termination message, which holds 4096 bytes
    /// (Kubernetes, "Customizing the termination message").
    package static let targetsMax = 250
    /// Where its Job and its pods run.
    package let namespace: String
    /// What the Job is called; at most 63 letters, as its pods bear it in a label.
    package let name: String
    /// Has `sh`, and `nc` or `bash` with `timeout`; `nc`, `head`, `od` and `tr` where something is said.
    package let image: String
    /// What is tried, in the order in which the pod is told.
    package let targets: [ConnectionTarget]
    /// How they are tried.
    package let manner: Manner
    /// A Secret of the namespace with which the image is pulled; nil for none.
    package let pullSecret: String?

    /// Takes a trial of at most `targetsMax` targets.
    package init(
        namespace: String,
        name: String,
        image: String,
        targets: [ConnectionTarget],
        manner: Manner = Manner(),
        pullSecret: String? = nil
    ) {
        precondition(targets.count <= ConnectionTrial.targetsMax, "the report would be cut off")
        self.namespace = namespace
        self.name = name
        self.image = image
        self.targets = targets
        self.manner = manner
        self.pullSecret = pullSecret
    }

    /// What a pod of a trial was told to do; nil when its first container runs no trial.
    package init?(_ pod: JSON) {
        let container = pod.at("spec", "containers")?.array?.first
        let words = (container?["command"]?.array ?? []).compactMap(\.string)
        guard words.count > 8, words[2] == ConnectionTrialScript.text,
            let secondsMax = Int(words[5]),
            let attemptsMax = Int(words[6]), let samples = Int(words[7])
        else { return nil }
        let manner = Manner(
            isSideBySide: words[4] == "1",
            secondsMax: secondsMax,
            attemptsMax: attemptsMax,
            samples: samples
        )
        self.init(
            namespace: pod.namespace ?? "",
            name: pod.labels["job-name"] ?? "",
            image: container?["image"]?.string ?? "",
            targets: words[8...].compactMap(ConnectionTarget.init),
            manner: manner
        )
    }

    /// The words that follow the script, as `init` reads them.
    var words: [String] {
        [
            manner.isSideBySide ? "1" : "0", "\(manner.secondsMax)", "\(manner.attemptsMax)",
            "\(manner.samples)",
        ] + targets.map(\.word)
    }
}
