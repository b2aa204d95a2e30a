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
        switch TrialLook(job: job, pods: pods) {
        case .underWay(let seen): .underWay(seen: seen)
        case .failed(let reason): .failed(reason: reason)
        case .ended(let pod, let message): outcome(of: pod, message)
        }
    }

    private static func outcome(of pod: JSON, _ message: String) -> ConnectionTrialOutcome {
        guard let targets = ConnectionTrial(pod)?.targets else {
            return .failed(reason: "ended with: \(message)")
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
