import JSONValues
import KubernetesObjects

/// How far the Job of a trial has come, whatever it tries.
enum TrialLook {
    /// Its pod has not ended; what it waits for.
    case underWay(seen: String)
    /// Its pod has ended well, and left this message.
    case ended(pod: JSON, message: String)
    /// It ended otherwise; why.
    case failed(reason: String)

    /// Looks at a Job and the pods that bear its name.
    ///
    /// Pods of another Job of the same name are left aside.
    init(job: JSON, pods: [JSON]) {
        let own = pods.filter { $0.controllerReference?["uid"]?.string == job.uid }
        for pod in own {
            guard let ended = pod.containerState?["terminated"] else { continue }
            let message = ended["message"]?.string ?? ""
            let code = ended["exitCode"]?.int ?? 0
            self =
                code == 0
                ? .ended(pod: pod, message: message)
                : .failed(reason: "ended with exit code \(code): \(message)")
            return
        }
        if let failure = job.jobFailure {
            let wait = own.lazy.compactMap(\.whatPodWaitsFor).first.map { "; its Pod: \($0)" } ?? ""
            self = .failed(reason: "failed: \(failure)\(wait)")
            return
        }
        let nobody = "it has no Pod yet; if it gets none, its events say why"
        let seen = own.first.map { $0.whatPodWaitsFor ?? "its Pod is still trying" }
        self = .underWay(seen: seen ?? nobody)
    }
}
