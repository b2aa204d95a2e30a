import Clocks
import JSONValues
import KubernetesObjects

/// What controllers want to know of a pod.
extension JSON {
    var isBeingDeleted: Bool { deletionTimestamp != nil }

    /// The phase of a pod; a fresh one is pending.
    var podPhase: String { at("status", "phase")?.string ?? "Pending" }

    /// Whether a pod counts as a replica: neither finished nor on its way out.
    var isPodActive: Bool { !isPodFinished && !isBeingDeleted }

    var isPodReady: Bool { hasCondition("Ready") }

    /// The node that a pod is bound to; nil while it is unscheduled.
    var nodeName: String? {
        guard let name = at("spec", "nodeName")?.string, !name.isEmpty else { return nil }
        return name
    }

    /// The addresses of a pod, those of its first address family first.
    var podAddresses: [String] {
        let listed = (at("status", "podIPs")?.array ?? []).compactMap { $0["ip"]?.string }
        guard listed.isEmpty else { return listed }
        return [at("status", "podIP")?.string].compactMap { $0 }.filter { !$0.isEmpty }
    }

    /// When a pod that is ready will have been so for `seconds`; zero or less when it has, nil when
    /// it is not ready.
    func timeUntilAvailable(afterReadyFor seconds: Int, now: WallTime) -> Duration? {
        guard isPodReady else { return nil }
        guard seconds > 0 else { return .zero }
        guard let text = condition("Ready")?["lastTransitionTime"]?.string,
            let since = WallTime(rfc3339: text)
        else { return nil }
        return .seconds(seconds) - since.duration(to: now)
    }

    /// Whether a pod has been ready for `seconds`.
    func isPodAvailable(afterReadyFor seconds: Int, now: WallTime) -> Bool {
        timeUntilAvailable(afterReadyFor: seconds, now: now).map { $0 <= .zero } ?? false
    }
}
