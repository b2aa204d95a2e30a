import MigrationModel

/// A copy's plan for people: never a value, only places.
package enum CopyText {
    package static func lines(of plan: CopyPlan) -> [String] {
        var lines: [String] = []
        for item in plan.items {
            switch item.action {
            case .create: lines.append("create  \(item.key)")
            case .update(_, _, let changes):
                lines.append("update  \(item.key): \(changes.joined(separator: ", "))")
            case .remove: lines.append("remove  \(item.key)")
            case .unchanged, .refused: break
            }
        }
        for finding in plan.findings { lines += self.lines(of: finding) }
        let unchanged = plan.items.count { if case .unchanged = $0.action { true } else { false } }
        let created = plan.items.count { if case .create = $0.action { true } else { false } }
        let removed = plan.items.count { if case .remove = $0.action { true } else { false } }
        let updated = plan.items.count { if case .update = $0.action { true } else { false } }
        lines.append(
            "\(created) to create, \(updated) to update, \(removed) to remove, "
                + "\(unchanged) unchanged, \(plan.leftOut.count) left at the source, \(plan.findings.count) findings"
        )
        return lines
    }

    private static func lines(of finding: Finding) -> [String] {
        [
            "\(finding.severity.rawValue.uppercased())  \(finding.check): "
                + "\(finding.objects.joined(separator: ", ")): \(finding.reason)",
            "        \(finding.remedy)",
        ]
    }
}
