import JSONValues

extension ConnectionTrial {
    /// The Job, as it is created.
    package var job: JSON {
        TrialJob(
            namespace: namespace,
            name: name,
            image: image,
            command: ["sh", "-c", ConnectionTrialScript.text, "try"] + words,
            // Beside the time that a node and an image may take.
            secondsMax: 600 + manner.secondsMax(targets: targets.count),
            pullSecret: pullSecret
        ).json
    }
}
