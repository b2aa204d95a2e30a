import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Lets a StatefulSet run these ordinals at this site, by `spec.replicas` and `spec.ordinals.start`.
///
/// Both are written at once, so that no number is asked for in between. A number that is added here must
/// not be asked for at the other site, and no pod of it may be left there: who finds it so writes nothing.
/// Repeated: nothing changes. Undone: what was recorded comes back exactly, for the rest is at the other
/// site, and under the same condition.
struct OrdinalChange: ChangeMaker {
    let access: SiteAccess
    let workload: WorkloadID
    let ordinals: OrdinalRange

    /// Where a before-image has the fields as a merge patch gives them back.
    private static let imageKey = "spec"

    func survey() async throws(ProviderError) -> BeforeImage {
        let found = try await access.get(workload.reference)
        return FencedObject.image(
            found,
            [
                "replicas": .int(OrdinalRange(of: found).count),
                "uid": found.uid.map(JSON.string) ?? .null,
                OrdinalChange.imageKey: [
                    "replicas": .int(OrdinalRange(of: found).count),
                    "ordinals": found.at("spec", "ordinals") ?? .null,
                ],
            ]
        )
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let object = FencedObject.forward(access, workload.reference, mark)
        // First the stamp: from then on no write of an earlier driver comes through.
        try await object.write { found throws(ProviderError) in
            try checkIncarnation(found, before)
            return []
        }
        try await refuseWhatRunsElsewhere(ordinals, beside: try await object.read())
        let wanted = try await fields(of: ordinals)
        try await object.write { found throws(ProviderError) in
            try checkIncarnation(found, before)
            if OrdinalRange(of: found) == ordinals { return [] }
            try checkUnchanged(found, before)
            return operations(wanted, on: found)
                + MadeNote.settling(OrdinalChange.with(wanted, in: found), on: found)
        }
        return Receipt(details: ["replicas": .int(ordinals.count)])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        guard let recorded = OrdinalChange.recorded(in: before),
            let found = try await access.find(workload.reference)
        else { return }
        if mark.epoch > 1 {
            try await FencedObject.forward(access, workload.reference, mark).ensureStamp()
        }
        try await refuseWhatRunsElsewhere(OrdinalRange(fields: recorded), beside: found)
        try await FencedObject.back(access, workload.reference, mark, to: before)
            .write { found throws(ProviderError) in
                try checkIncarnation(found, before)
                return operations(recorded, on: found)
                    + MadeNote.settling(OrdinalChange.with(recorded, in: found), on: found)
            }
        try await InheritedMarks(access: access, workload: workload.reference).removeStale()
    }

    /// The fields that were recorded, as a merge patch has them; nil where nothing was.
    static func recorded(in before: BeforeImage) -> JSON? { before.clear.value[imageKey] }

    /// Numbers a StatefulSet from behind its last pod, and lets it run none.
    static func placeBehind(_ object: inout JSON) {
        let behind = OrdinalRange(of: object).numbers.upperBound
        object.set(0, at: "spec", "replicas")
        object.set(.int(behind), at: "spec", "ordinals", "start")
    }

    // MARK: - What is written

    /// Numbers from 0 are said as the other site says them: by the field, or without it.
    private func fields(of ordinals: OrdinalRange) async throws(ProviderError) -> JSON {
        var stated: JSON = .null
        if ordinals.start > 0 {
            stated = ["start": .int(ordinals.start)]
        } else {
            stated =
                try await access.other.find(workload.reference)?.at("spec", "ordinals") ?? .null
            if stated["start"]?.int ?? 0 > 0 { stated = .null }
        }
        return ["replicas": .int(ordinals.count), "ordinals": stated]
    }

    /// The fields that say which numbers run.
    private static let fieldNames = ["ordinals", "replicas"]

    private static func with(_ fields: JSON, in found: JSON) -> JSON {
        var object = found
        for name in fieldNames { object.set(fields[name], at: "spec", name) }
        return object
    }

    private func operations(_ fields: JSON, on found: JSON) -> [JSON] {
        var operations: [JSON] = []
        for name in OrdinalChange.fieldNames {
            let (wanted, known) = (fields[name] ?? .null, found.at("spec", name) ?? .null)
            guard wanted != known else { continue }
            let path = JSON.string("/spec/\(name)")
            operations.append(
                wanted.isNull
                    ? ["op": "remove", "path": path]
                    : ["op": "add", "path": path, "value": wanted]
            )
        }
        return operations
    }

    // MARK: - What must be so

    /// One number comes or goes with each step; whoever scaled the set by hand has other numbers in mind.
    private func checkUnchanged(_ found: JSON, _ before: BeforeImage) throws(ProviderError) {
        let now = OrdinalRange(of: found)
        let known = OrdinalChange.recorded(in: before).map { OrdinalRange(fields: $0) }
        let isNext =
            ordinals.numbers.upperBound == now.numbers.upperBound
            ? abs(ordinals.start - now.start) == 1
            : ordinals.start == now.start && abs(ordinals.count - now.count) == 1
        guard now == known, isNext else {
            throw .drift(
                reason: "\(workload) at \(access.context) asks for \(now.words), which is not what "
                    + "the plan makes of it: it was scaled meanwhile. Give it back what it had, or "
                    + "roll back and plan anew"
            )
        }
    }

    private func checkIncarnation(_ found: JSON, _ before: BeforeImage) throws(ProviderError) {
        guard let uid = before.clear.value["uid"]?.string, found.uid != uid else { return }
        throw .drift(
            reason: "\(workload) at \(access.context) was replaced by another of its name"
        )
    }

    /// What already is asked for here is no news, so that numbers can be given up whatever is elsewhere.
    private func refuseWhatRunsElsewhere(
        _ wanted: OrdinalRange,
        beside found: JSON
    ) async throws(ProviderError) {
        let own = OrdinalRange(of: found).numbers
        let added = wanted.numbers.filter { !own.contains($0) }
        guard !added.isEmpty, let other = try await access.other.find(workload.reference) else {
            return
        }
        let there = OrdinalRange(of: other)
        if let twice = added.first(where: there.numbers.contains) {
            throw .drift(
                reason: "\(access.other.context) asks for \(workload.name)-\(twice) itself "
                    + "(\(workload) asks for \(there.words) there), and both sites would run it; "
                    + "scale it down there"
            )
        }
        let pods = OrdinalPods(access: access.other, workload: workload)
        if let twice = try await pods.running(of: other).first(where: added.contains) {
            throw .unavailable(
                reason: "\(workload.name)-\(twice) has not ended at \(access.other.context)",
                retryAfter: nil
            )
        }
    }
}

/// Which numbers of a StatefulSet have pods at a site.
struct OrdinalPods: Sendable {
    let access: SiteAccess
    let workload: WorkloadID

    /// The numbers of its pods that have not ended, those that are ending included; sorted.
    func running(of found: JSON) async throws(ProviderError) -> [Int] {
        let prefix = "\(workload.name)-"
        return try await WorkloadPods(access: access, workload: workload, found: found).read()
            .compactMap { pod in
                guard let name = pod.name, name.hasPrefix(prefix) else { return nil }
                return Int(name.dropFirst(prefix.count))
            }.sorted()
    }

    /// A controller that has not taken up its object yet may still make what nobody asks for any more.
    func isGone(_ ordinal: Int) async throws(ProviderError) -> ConditionState {
        guard let found = try await access.find(workload.reference) else { return .holds }
        let name = "\(workload.name)-\(ordinal)"
        if OrdinalRange(of: found).numbers.contains(ordinal) {
            return .waiting(seen: "\(workload) asks for \(name) at \(access.context)")
        }
        guard found.at("status", "observedGeneration")?.int ?? 0 >= found.generation ?? 0 else {
            return .waiting(seen: "\(workload) is not yet taken up by its controller")
        }
        guard try await !running(of: found).contains(ordinal) else {
            return .waiting(seen: "\(name) has not ended at \(access.context)")
        }
        return .holds
    }
}

extension OrdinalRange {
    /// What a StatefulSet asks for; of everything else its replicas, counted from 0.
    init(of object: JSON) {
        self.init(fields: object["spec"] ?? .emptyObject)
    }

    /// What these fields of its spec ask for.
    fileprivate init(fields: JSON) {
        self.init(
            start: fields["ordinals"]?["start"]?.int ?? 0,
            count: fields["replicas"]?.int ?? 1
        )
    }

    /// `no pod`, `ordinal 3`, `ordinals 0 to 2`.
    fileprivate var words: String {
        switch count {
        case ...0: "no pod"
        case 1: "ordinal \(start)"
        default: "ordinals \(start) to \(numbers.upperBound - 1)"
        }
    }
}
