import JSONValues
import MigrationModel

/// As text and as JSON.
extension RunExplanation {
    /// What `docs/status.md` calls `explanation`.
    package var json: JSON {
        [
            "driver": driver.map { .string($0) } ?? .null,
            "holder": lease.holder.map { .string($0) } ?? .null,
            "refusal": lease.refusal.map { .string($0) } ?? .null,
            "waits": .array(
                waits.map { wait in
                    [
                        "step": wait.step.map { .string($0.text) } ?? .null,
                        "for": .string(wait.what),
                        "since": wait.since.map { .string($0) } ?? .null,
                        "saw": .array(wait.saw.map { .string($0) }),
                    ]
                }
            ),
            "canDo": .array(
                remedies.map {
                    ["command": .string($0.command), "effect": .string($0.effect)]
                }
            ),
        ]
    }

    private var driving: String {
        if let driver { return "Driven by \(driver)." }
        return "Driven by no process of this machine"
            + (lease.holder.map { "; its leases are held by \($0)." } ?? ".")
    }

    package var text: String {
        var lines = [""]
        lines.append(driving)
        if let refusal = lease.refusal {
            lines.append("This journal is not driven on: \(refusal).")
        }
        if !waits.isEmpty { lines.append("Waits for") }
        for wait in waits {
            lines.append("  - \(wait.what)")
            if let step = wait.step { lines.append("      step   \(step)") }
            if let since = wait.since { lines.append("      since  \(since)") }
            for saw in wait.saw { lines.append("      saw    \(saw)") }
        }
        if !remedies.isEmpty { lines.append("You can") }
        let width = remedies.map(\.command.count).max() ?? 0
        for remedy in remedies {
            let gap = String(repeating: " ", count: width - remedy.command.count)
            lines.append("  \(remedy.command)\(gap)  \(remedy.effect)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
