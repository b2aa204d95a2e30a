import JSONValues
import KubernetesObjects

/// What has come of a trial so far.
package enum ConnectionTrialOutcome: Sendable, Equatable {
    /// What came of one target.
    package struct Result: Sendable, Equatable {
        /// What was tried.
        package let target: ConnectionTarget
        /// What came of it.
        package let answer: ConnectionAnswer

        /// Takes what a report says.
        package init(target: ConnectionTarget, answer: ConnectionAnswer) {
            self.target = target
            self.answer = answer
        }

        /// Whether the connection came about.
        package var isAnswered: Bool { answer.milliseconds != nil }
    }

    /// Its pod has not ended; what it waits for.
    case underWay(seen: String)
    /// Every target was tried; in the order of the targets.
    case done([Result])
    /// It ended without trying everything; why.
    case failed(reason: String)
}

extension ConnectionTrial {
    /// Reads what has come of a trial from its Job and the pods that bear its name.
    ///
    /// Pods of another Job of the same name are left aside.
    package static func outcome(job: JSON, pods: [JSON]) -> ConnectionTrialOutcome {
        let own = pods.filter { $0.controllerReference?["uid"]?.string == job.uid }
        for pod in own {
            guard let ended = containerState(of: pod)?["terminated"] else { continue }
            return outcome(of: pod, ended: ended)
        }
        let conditions = job.at("status", "conditions")?.array ?? []
        if let failed = conditions.first(where: { $0["type"] == "Failed" && $0["status"] == "True" }
        ) {
            let reason = failed["reason"]?.string ?? "no reason given"
            let wait = own.lazy.compactMap(whatItWaitsFor).first.map { "; its Pod: \($0)" } ?? ""
            return .failed(reason: "failed: \(reason) (\(failed["message"]?.string ?? ""))\(wait)")
        }
        guard let pod = own.first else {
            return .underWay(seen: "it has no Pod yet; if it gets none, its events say why")
        }
        return .underWay(seen: whatItWaitsFor(pod) ?? "its Pod is still trying")
    }

    private static func outcome(of pod: JSON, ended: JSON) -> ConnectionTrialOutcome {
        let message = ended["message"]?.string ?? ""
        let code = ended["exitCode"]?.int ?? 0
        guard code == 0, let targets = ConnectionTrial(pod)?.targets else {
            return .failed(reason: "ended with exit code \(code): \(message)")
        }
        let answers = ConnectionAnswer.answers(in: message)
        var results: [ConnectionTrialOutcome.Result] = []
        for (index, target) in targets.enumerated() {
            guard let answer = answers[index] else {
                return .failed(reason: "reported nothing of \(target.text)")
            }
            results.append(ConnectionTrialOutcome.Result(target: target, answer: answer))
        }
        return .done(results)
    }

    private static func containerState(of pod: JSON) -> JSON? {
        pod.at("status", "containerStatuses")?.array?.first?["state"]
    }

    /// Why a pod does not run: no node, no image, no permission; nil when it runs.
    private static func whatItWaitsFor(_ pod: JSON) -> String? {
        if let waiting = containerState(of: pod)?["waiting"] {
            let reason = waiting["reason"]?.string ?? "waiting"
            return reason + (waiting["message"]?.string.map { ": \($0)" } ?? "")
        }
        let conditions = pod.at("status", "conditions")?.array ?? []
        let scheduled = conditions.first { $0["type"] == "PodScheduled" && $0["status"] == "False" }
        return scheduled.map {
            "\($0["reason"]?.string ?? "not scheduled"): \($0["message"]?.string ?? "")"
        }
    }
}
