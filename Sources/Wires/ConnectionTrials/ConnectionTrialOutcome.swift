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

        /// Whether the connection came about, and what came back is what is wanted.
        package var isAnswered: Bool {
            switch target.speech {
            case .nothing: answer.milliseconds != nil
            case .grpcHealth: health == .serving
            }
        }

        /// For people: `12 ms`, `refused`, `not serving`.
        package var words: String { health?.words ?? answer.words }

        private var health: GRPCHealth.Status? {
            guard case .grpcHealth = target.speech, case .said(let bytes, _) = answer else {
                return nil
            }
            return GRPCHealth.status(in: bytes)
        }
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
            guard let ended = pod.containerState?["terminated"] else { continue }
            return outcome(of: pod, ended: ended)
        }
        if let failure = job.jobFailure {
            let wait = own.lazy.compactMap(\.whatPodWaitsFor).first.map { "; its Pod: \($0)" } ?? ""
            return .failed(reason: "failed: \(failure)\(wait)")
        }
        guard let pod = own.first else {
            return .underWay(seen: "it has no Pod yet; if it gets none, its events say why")
        }
        return .underWay(seen: pod.whatPodWaitsFor ?? "its Pod is still trying")
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
}
