/// What a person asks of a run.
///
/// It is stored as its `rawValue`, in the inbox and in the journal.
package enum RunCommand: Sendable, Hashable, Codable {
    case pause
    /// Goes on after a pause, and tries again what failed.
    case resume
    case rollback
    /// As `rollback`, with all traffic given back before anything else; also during a `rollback`.
    case rollbackNow
    case finish
    /// Lets steps begin that wait for a person.
    case approve(Approval)

    /// Those that are one word and say nothing beside it.
    package static let words: [RunCommand] = [.pause, .resume, .rollback, .rollbackNow, .finish]
}

/// Who lets which steps begin.
package struct Approval: Sendable, Hashable {
    /// The steps that wait for it; sorted, and at least one.
    package let steps: [StepID]
    /// Whoever says so, in words of his own: a name, an address.
    package let by: String

    /// Takes steps of a plan in any order.
    package init(steps: [StepID], by: String) {
        self.steps = steps.sorted()
        self.by = by
    }
}

extension RunCommand: RawRepresentable {
    private static let approveWord = "approve"
    private static let byWord = " by "

    /// `pause`, `rollback --now`, `approve approvals/wave-2,approvals/finish by ada@lovelace`.
    package var rawValue: String {
        switch self {
        case .pause: "pause"
        case .resume: "resume"
        case .rollback: "rollback"
        case .rollbackNow: "rollback --now"
        case .finish: "finish"
        case .approve(let approval):
            "\(RunCommand.approveWord) \(approval.steps.map(\.text).joined(separator: ","))"
                + RunCommand.byWord + approval.by
        }
    }

    /// Nil for what no command is written as.
    package init?(rawValue: String) {
        if let word = RunCommand.words.first(where: { $0.rawValue == rawValue }) {
            self = word
            return
        }
        let prefix = "\(RunCommand.approveWord) "
        guard rawValue.hasPrefix(prefix),
            let separator = rawValue.firstRange(of: RunCommand.byWord)
        else { return nil }
        let start = rawValue.index(rawValue.startIndex, offsetBy: prefix.count)
        guard start < separator.lowerBound else { return nil }
        let steps = rawValue[start..<separator.lowerBound].split(separator: ",")
        let by = String(rawValue[separator.upperBound...])
        guard !steps.isEmpty, !by.isEmpty else { return nil }
        self = .approve(Approval(steps: steps.map { StepID(String($0)) }, by: by))
    }
}
