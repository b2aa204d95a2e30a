import JSONValues
import KubernetesObjects
import MigrationModel

extension CopyReport {
    /// For machines: `docs/copy-json.md` says what stands where; members are only ever added.
    package var json: JSON {
        let tally = tally
        return [
            "apiVersion": "diolkos.dev/v1alpha1",
            "kind": "CopyReport",
            "copy": .string(plan.name),
            "source": .string(source),
            "target": .string(target),
            "state": .string(state.rawValue),
            "summary": CopyReport.json(CopyTally.Fate.allCases.map { ($0, tally[$0]) }),
            "kinds": .object(
                tally.kinds.mapValues { counts in
                    CopyReport.json(CopyTally.Fate.allCases.map { ($0, counts[$0] ?? 0) })
                }
            ),
            "objects": .array(plan.items.sorted { $0.key < $1.key }.map(json)),
            "leftOut": .array(
                plan.leftOut.map { left in
                    ["object": left.key.json, "reason": .string(left.reason)]
                }
            ),
            "findings": .array(plan.findings.map(\.json)),
            "hooks": .array(
                hooks.map { hook in
                    [
                        "name": .string(hook.name), "state": .string(hook.state.rawValue),
                        "reason": hook.reason.map(JSON.string) ?? .null,
                    ]
                }
            ),
        ]
    }

    private static func json(_ counts: [(fate: CopyTally.Fate, count: Int)]) -> JSON {
        .object(
            Dictionary(uniqueKeysWithValues: counts.map { ($0.fate.rawValue, .int($0.count)) })
        )
    }

    private func json(_ item: CopyItem) -> JSON {
        [
            "object": item.key.json,
            "original": item.source?.json ?? .null,
            "action": .string(item.action.word),
            "changes": .array(item.changes.map(\.json)),
            "server": verdicts?[item.key]?.json ?? .null,
            "result": result(of: item),
        ]
    }

    /// Null for what was not to be written, and while nothing has been done.
    private func result(of item: CopyItem) -> JSON {
        guard item.action.isWrite, let outcomes else { return .null }
        var json: JSON = ["state": .string(fate(of: item).rawValue), "reason": .null]
        if case .failed(let reason) = outcomes[item.key] { json["reason"] = .string(reason) }
        return json
    }
}

extension CopyKey {
    var json: JSON {
        [
            "group": .string(group), "kind": .string(kind),
            "namespace": namespace.map(JSON.string) ?? .null, "name": .string(name),
        ]
    }
}

extension CopyAction {
    /// What the plan says of an object, in a word.
    var word: String {
        switch self {
        case .create: "create"
        case .update: "change"
        case .unchanged: "none"
        case .remove: "remove"
        case .refused: "refuse"
        }
    }
}

extension FieldChange {
    var json: JSON {
        [
            "path": .string(path), "hidden": .bool(isHidden),
            "before": before ?? .null, "after": after ?? .null,
        ]
    }
}

extension TrialVerdict {
    var json: JSON {
        let (word, reason): (String, String?) =
            switch outcome {
            case .accepted: ("accepted", nil)
            case .refused(let words): ("refused", words)
            case .notAsked(let missing): ("notAsked", missing)
            }
        return [
            "verdict": .string(word), "reason": reason.map(JSON.string) ?? .null,
            "warnings": .array(warnings.map(JSON.string)),
            "alters": .array(alterations.map(JSON.string)),
        ]
    }
}
