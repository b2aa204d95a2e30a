/// How many objects of each kind became what.
package struct CopyTally: Sendable, Hashable {
    /// What became of an object, or would.
    package enum Fate: String, Sendable, Hashable, CaseIterable {
        case created
        case changed
        case unchanged
        case removed
        /// It is not ours to change, or the target's server would not take it.
        case refused
        case failed
        /// Something failed before its turn came.
        case notReached
    }

    /// By `Kind.group`.
    package private(set) var kinds: [String: [Fate: Int]] = [:]

    /// Nothing is counted yet.
    package init() {}

    mutating func add(_ fate: Fate, of key: CopyKey) {
        kinds[key.kindName, default: [:]][fate, default: 0] += 1
    }

    /// Of all kinds.
    package subscript(fate: Fate) -> Int { kinds.values.reduce(0) { $0 + ($1[fate] ?? 0) } }

    /// A table with a row for each kind; what never happened has no column, if it is no usual thing.
    package var lines: [String] {
        guard !kinds.isEmpty else { return [] }
        let usual: [Fate] = [.created, .changed, .unchanged, .removed, .refused]
        let fates = Fate.allCases.filter { usual.contains($0) || self[$0] > 0 }
        var rows = [["KIND"] + fates.map(\.heading)]
        for (kind, counts) in kinds.sorted(by: { $0.key < $1.key }) {
            rows.append([kind] + fates.map { String(counts[$0] ?? 0) })
        }
        if kinds.count > 1 { rows.append(["all"] + fates.map { String(self[$0]) }) }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }
    }
}

extension CopyTally.Fate {
    fileprivate var heading: String {
        self == .notReached ? "NOT REACHED" : rawValue.uppercased()
    }
}
