import ConnectionTrials
import KubernetesAPI

/// How addresses are tried.
package struct ReachSettings: Sendable {
    /// With `sh`, and `nc` or `bash`.
    package var image: String
    /// Where the Jobs run, at both sites: its policies and quotas apply.
    package var namespace: String
    /// A Secret in that namespace with which the image is pulled.
    package var pullSecret: String?
    /// How long one connection may take, in whole seconds.
    package var timeoutSeconds: Int
    /// How long a pod may take to be made, placed and started.
    package var startSecondsMax: Int

    /// Takes what people say; times are whole seconds, as shells count them.
    package init(
        image: String,
        namespace: String = "default",
        pullSecret: String? = nil,
        timeoutSeconds: Int = 3,
        startSecondsMax: Int = 120
    ) {
        self.image = image
        self.namespace = namespace
        self.pullSecret = pullSecret
        self.timeoutSeconds = timeoutSeconds
        self.startSecondsMax = startSecondsMax
    }

    /// Each in turn, so that none disturbs what another measures; the middle one of three connections counts,
    /// so that a first look-up of the name does not.
    var manner: ConnectionTrial.Manner {
        ConnectionTrial.Manner(
            isSideBySide: false,
            secondsMax: timeoutSeconds,
            attemptsMax: 1,
            samples: 3
        )
    }

    /// How long a Job that tries so many addresses may run in all.
    func secondsMax(addresses: Int) -> Int {
        startSecondsMax + manner.secondsMax(targets: addresses)
    }
}
