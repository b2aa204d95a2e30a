import Clocks
import JSONValues
import KubernetesObjects

/// What the row of one pod says: the most intricate of the printers.
struct PodCells {
    private let pod: JSON
    private let ages: Ages
    private var reason: String
    private var restarts = 0
    private var sidecarRestarts = 0
    private var lastRestart: String?
    private var lastSidecarRestart: String?
    private var readyCount = 0
    private var totalCount = 0
    private var isInitializing = false

    init(_ pod: JSON, _ ages: Ages) {
        self.pod = pod
        self.ages = ages
        let phase = pod.at("status", "phase")?.string ?? ""
        reason = pod.at("status", "reason")?.string ?? phase
        if reason.isEmpty { reason = phase }
        if conditions.contains(where: {
            $0["type"]?.string == "PodScheduled" && $0["reason"]?.string == "SchedulingGated"
        }) {
            reason = "SchedulingGated"
        }
        totalCount = list("spec", "containers").count + sidecars.count
        readInitContainers()
        if !isInitializing || isTrue("Initialized") { readContainers() }
        if pod.deletionTimestamp != nil {
            if pod.at("status", "reason")?.string == "NodeLost" {
                reason = "Unknown"
            } else if phase != "Succeeded", phase != "Failed" {
                reason = "Terminating"
            }
        }
    }

    /// The cells behind the name.
    var cells: [JSON] {
        var restartText = String(restarts)
        if restarts != 0, let lastRestart { restartText += " (\(ages.since(lastRestart)) ago)" }
        let address = pod.at("status", "podIPs")?[0]?["ip"]?.string
        return [
            .string("\(readyCount)/\(totalCount)"), .string(reason), .string(restartText),
            ages.age(pod), CellText.or(address), CellText.or(pod.at("spec", "nodeName")?.string),
            CellText.or(pod.at("status", "nominatedNodeName")?.string), .string(readinessGates),
        ]
    }

    /// What the row says of a pod that has come to its end.
    static func conditions(_ pod: JSON) -> [JSON] {
        let end: (reason: JSON, message: JSON)
        switch pod.at("status", "phase")?.string {
        case "Succeeded": end = ("Succeeded", "The pod has completed successfully.")
        case "Failed": end = ("Failed", "The pod failed.")
        default: return []
        }
        return [
            ["type": "Completed", "status": "True", "reason": end.reason, "message": end.message]
        ]
    }

    private var conditions: [JSON] { list("status", "conditions") }

    private func list(_ path: String...) -> [JSON] { pod.at(path)?.array ?? [] }

    private func isTrue(_ condition: String) -> Bool {
        conditions.contains {
            $0["type"]?.string == condition && $0["status"]?.string == "True"
        }
    }

    /// The names of init containers that keep running.
    private var sidecars: Set<String> {
        let running = list("spec", "initContainers").filter {
            $0["restartPolicy"]?.string == "Always"
        }
        return Set(running.compactMap { $0["name"]?.string })
    }

    private mutating func readInitContainers() {
        let sidecars = sidecars
        for (index, status) in list("status", "initContainerStatuses").enumerated() {
            let isSidecar = sidecars.contains(status["name"]?.string ?? "")
            let count = status["restartCount"]?.int ?? 0
            let restart = status.at("lastState", "terminated", "finishedAt")?.string
            restarts += count
            lastRestart = later(lastRestart, restart)
            if isSidecar {
                sidecarRestarts += count
                lastSidecarRestart = later(lastSidecarRestart, restart)
            }
            let terminated = status.at("state", "terminated")
            if terminated?["exitCode"]?.int == 0 { continue }
            if isSidecar, status["started"]?.bool == true {
                if status["ready"]?.bool == true { readyCount += 1 }
                continue
            }
            let waiting = status.at("state", "waiting", "reason")?.string ?? ""
            if let terminated {
                reason = "Init:" + endText(terminated)
            } else if !waiting.isEmpty, waiting != "PodInitializing" {
                reason = "Init:" + waiting
            } else {
                reason = "Init:\(index)/\(list("spec", "initContainers").count)"
            }
            isInitializing = true
            return
        }
    }

    private mutating func readContainers() {
        restarts = sidecarRestarts
        lastRestart = lastSidecarRestart
        var hasRunning = false
        for status in list("status", "containerStatuses").reversed() {
            restarts += status["restartCount"]?.int ?? 0
            let restart = status.at("lastState", "terminated", "finishedAt")?.string
            lastRestart = later(lastRestart, restart)
            let waiting = status.at("state", "waiting", "reason")?.string ?? ""
            if !waiting.isEmpty {
                reason = waiting
            } else if let terminated = status.at("state", "terminated") {
                reason = endText(terminated)
            } else if status["ready"]?.bool == true, status.at("state", "running") != nil {
                hasRunning = true
                readyCount += 1
            }
        }
        if reason == "Completed", hasRunning { reason = isTrue("Ready") ? "Running" : "NotReady" }
    }

    private func endText(_ terminated: JSON) -> String {
        if let reason = terminated["reason"]?.string, !reason.isEmpty { return reason }
        if let signal = terminated["signal"]?.int, signal != 0 { return "Signal:\(signal)" }
        return "ExitCode:\(terminated["exitCode"]?.int ?? 0)"
    }

    private func later(_ left: String?, _ right: String?) -> String? {
        guard let left, let right else { return left ?? right }
        return max(left, right)
    }

    private var readinessGates: String {
        let gates = list("spec", "readinessGates").compactMap { $0["conditionType"]?.string }
        return gates.isEmpty ? "<none>" : "\(gates.filter(isTrue).count)/\(gates.count)"
    }
}
