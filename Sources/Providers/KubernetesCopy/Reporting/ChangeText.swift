import JSONValues

/// A change of a field as a person reads it: both values, or the lines that differ.
enum ChangeText {
    /// Longer values are cut.
    private static let valueMax = 120
    /// Of longer texts only the number of lines is told.
    private static let comparedMax = 2_000
    /// More lines of one field are counted.
    private static let linesMax = 20

    static func lines(of change: FieldChange) -> [String] {
        guard !change.isHidden else { return ["\(change.path): changed, not shown"] }
        if let before = change.before?.string, let after = change.after?.string,
            before.contains("\n") || after.contains("\n")
        {
            return ["\(change.path):"] + lines(from: before, to: after).map { "  \($0)" }
        }
        return ["\(change.path): \(shown(change.before)) -> \(shown(change.after))"]
    }

    private static func shown(_ value: JSON?) -> String {
        guard let text = value?.text() else { return "(none)" }
        guard text.count > valueMax else { return text }
        return "\(text.prefix(valueMax))… (\(text.count) characters)"
    }

    /// The lines that went, with `-`, and those that came, with `+`, where they stood.
    private static func lines(from before: String, to after: String) -> [String] {
        let former = before.split(separator: "\n", omittingEmptySubsequences: false)
        let latter = after.split(separator: "\n", omittingEmptySubsequences: false)
        guard max(former.count, latter.count) <= comparedMax else {
            return ["\(former.count) lines became \(latter.count)"]
        }
        let changed = changedLines(former, latter)
        let shown = changed.prefix(linesMax).map(cut)
        guard changed.count > linesMax else { return shown }
        return shown + ["… and \(changed.count - linesMax) more lines"]
    }

    private static func changedLines(_ former: [Substring], _ latter: [Substring]) -> [String] {
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in latter.difference(from: former) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var lines: [String] = []
        var (left, right) = (0, 0)
        while left < former.count || right < latter.count {
            if removed.contains(left) {
                lines.append("- \(former[left])")
                left += 1
            } else if inserted.contains(right) {
                lines.append("+ \(latter[right])")
                right += 1
            } else {
                left += 1
                right += 1
            }
        }
        return lines
    }

    private static func cut(_ line: String) -> String {
        line.count > valueMax ? "\(line.prefix(valueMax))…" : line
    }
}
