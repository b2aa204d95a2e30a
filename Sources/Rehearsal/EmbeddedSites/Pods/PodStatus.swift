import Clocks
import JSONValues
import KubernetesObjects

/// The status that a kubelet writes, as pure functions of the pod and the time.
package enum PodStatus {
    /// Bound to a node, not yet running.
    package static func pending(_ pod: inout JSON, hostIP: TwinAddress, now: WallTime) {
        pod.set("Pending", at: "status", "phase")
        pod.set(.string(hostIP.description), at: "status", "hostIP")
        pod.set([["ip": .string(hostIP.description)]], at: "status", "hostIPs")
        pod.set(.string(now.rfc3339), at: "status", "startTime")
        setCondition("PodScheduled", true, in: &pod, now: now)
        setCondition("Initialized", true, in: &pod, now: now)
        setReady(false, in: &pod, now: now)
        setContainers(in: &pod, isReady: false) { _ in
            ["waiting": ["reason": "ContainerCreating"]]
        }
    }

    /// Its containers run; readiness is another matter.
    package static func running(
        _ pod: inout JSON,
        address: TwinAddress,
        isReady: Bool,
        now: WallTime
    ) {
        pod.set("Running", at: "status", "phase")
        pod.set(.string(address.description), at: "status", "podIP")
        pod.set([["ip": .string(address.description)]], at: "status", "podIPs")
        setReady(isReady, in: &pod, now: now)
        let started = pod.at("status", "startTime") ?? .string(now.rfc3339)
        setContainers(in: &pod, isReady: isReady) { _ in
            ["running": ["startedAt": started]]
        }
    }

    /// It has done what it was for, or failed at it; `message` is what it left as its termination message.
    package static func ended(
        _ pod: inout JSON,
        exitCode: Int = 0,
        message: String? = nil,
        now: WallTime
    ) {
        let isWell = exitCode == 0
        pod.set(isWell ? "Succeeded" : "Failed", at: "status", "phase")
        setReady(false, reason: isWell ? "PodCompleted" : "PodFailed", in: &pod, now: now)
        let started = pod.at("status", "startTime") ?? .string(now.rfc3339)
        setContainers(in: &pod, isReady: false) { _ in
            var terminated: JSON = [
                "exitCode": .int(exitCode), "reason": isWell ? "Completed" : "Error",
                "startedAt": started, "finishedAt": .string(now.rfc3339),
            ]
            terminated["message"] = message.map(JSON.string)
            return ["terminated": terminated]
        }
    }

    /// What a scheduler says of a pod that none of so many nodes takes.
    package static func noNode(of count: Int) -> String {
        "0/\(count) nodes are available: none matches and has room."
    }

    /// No node takes it.
    package static func unschedulable(_ pod: inout JSON, message: String, now: WallTime) {
        pod.set("Pending", at: "status", "phase")
        setCondition(
            "PodScheduled",
            false,
            reason: "Unschedulable",
            message: message,
            in: &pod,
            now: now
        )
    }

    private static func setReady(
        _ isReady: Bool,
        reason: String = "ContainersNotReady",
        in pod: inout JSON,
        now: WallTime
    ) {
        let reason = isReady ? nil : reason
        setCondition("Ready", isReady, reason: reason, in: &pod, now: now)
        setCondition("ContainersReady", isReady, reason: reason, in: &pod, now: now)
    }

    private static func setCondition(
        _ type: String,
        _ holds: Bool,
        reason: String? = nil,
        message: String? = nil,
        in pod: inout JSON,
        now: WallTime
    ) {
        var conditions = pod.at("status", "conditions")?.array ?? []
        let status: JSON = holds ? "True" : "False"
        let index = conditions.firstIndex { $0["type"]?.string == type }
        let known = index.map { conditions[$0] }
        var condition: JSON = ["type": .string(type), "status": status]
        condition["lastProbeTime"] = .null
        let isSame = known?["status"] == status
        condition["lastTransitionTime"] =
            (isSame ? known?["lastTransitionTime"] : nil) ?? .string(now.rfc3339)
        condition["reason"] = reason.map(JSON.string)
        condition["message"] = message.map(JSON.string)
        if let index { conditions[index] = condition } else { conditions.append(condition) }
        pod.set(.array(conditions), at: "status", "conditions")
    }

    private static func setContainers(
        in pod: inout JSON,
        isReady: Bool,
        state: (JSON) -> JSON
    ) {
        let containers = pod.at("spec", "containers")?.array ?? []
        let isStarted = pod.at("status", "phase") == "Running"
        let statuses = containers.map { container -> JSON in
            let name = container["name"]?.string ?? ""
            var status: JSON = [
                "name": .string(name),
                "image": container["image"] ?? "",
                "imageID": container["image"] ?? "",
                "ready": .bool(isReady),
                "started": .bool(isStarted),
                "restartCount": 0,
                "lastState": .emptyObject,
                "state": state(container),
            ]
            if isStarted { status["containerID"] = .string("twin://\(pod.uid ?? "")/\(name)") }
            return status
        }
        pod.set(.array(statuses), at: "status", "containerStatuses")
    }
}
