import JSONValues
import KubernetesObjects
import MigrationModel

/// What a run leaves on a workload that it has put at a site: what it is, and how much of it is to run.
///
/// Whatever changes how much runs says so here, where it cannot be in the same write before it: so nobody has to know
/// whether a call has arrived to tell the run's own count from another one under its name.
struct MadeNote: Sendable, Equatable {
    /// As `MadeForm` has it.
    let fingerprint: String
    /// The amounts of which each is the run's own doing, sorted; none where an earlier version noted it.
    private(set) var amounts: [String]

    /// Of an object as the run wants it to be.
    init?(of object: JSON) {
        guard let form = MadeForm(of: object) else { return nil }
        fingerprint = form.fingerprint
        amounts = MadeNote.amount(of: object).map { [$0] } ?? []
    }

    /// The note that an object bears; nil where it bears none.
    init?(on object: JSON) {
        let words = object.annotations[Marks.made]?.split(separator: " ").map(String.init) ?? []
        guard let fingerprint = words.first else { return nil }
        self.fingerprint = fingerprint
        amounts = Array(words.dropFirst())
    }

    var text: String { ([fingerprint] + amounts).joined(separator: " ") }

    /// How much of a workload is to run, in a word; nil for what runs at every node.
    static func amount(of object: JSON) -> String? {
        switch object.kind {
        case "DaemonSet": nil
        case "CronJob": object.isSuspended ? "suspended" : "resumed"
        default: OrdinalRange(of: object).amount
        }
    }

    // MARK: - Operations of a patch

    /// Lets the object come to be as `wanted`, or stay as it was.
    static func allowing(_ wanted: JSON, on found: JSON) -> [JSON] {
        noting(wanted, on: found) { Set($0).union([$1]).sorted() }
    }

    /// From now on it is as `wanted`.
    static func settling(_ wanted: JSON, on found: JSON) -> [JSON] {
        noting(wanted, on: found) { _, amount in [amount] }
    }

    private static func noting(
        _ wanted: JSON,
        on found: JSON,
        _ change: ([String], String) -> [String]
    ) -> [JSON] {
        guard var note = MadeNote(on: found), !note.amounts.isEmpty,
            let amount = MadeNote.amount(of: wanted)
        else { return [] }
        let known = note
        note.amounts = change(note.amounts, amount)
        guard note != known else { return [] }
        let path = JSONPointer(tokens: ["metadata", "annotations", Marks.made]).text
        return [["op": "replace", "path": .string(path), "value": .string(note.text)]]
    }
}

extension OrdinalRange {
    /// `3`, or `3-from-2` where numbers begin with 2.
    fileprivate var amount: String { start == 0 ? "\(count)" : "\(count)-from-\(start)" }
}
