import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// The kinds that are copied, in the order in which they are needed.
    static let kindsCopied = ["ConfigMap", "ServiceAccount", "Secret", "Role", "RoleBinding"]

    /// Sorts the source's objects by what becomes of them.
    mutating func surveyObjects(_ estate: inout Estate) {
        surveyNamespaces(&estate)
        surveyJobs(&estate)
        var copies: [String: [String: [PlannedObject]]] = [:]
        var left: [String: [String: [String]]] = [:]
        var reasons: [String: String] = [:]
        let attended = Set(crossing.flatMap(\.attendants).map(ObjectKey.init))
        for record in source.objects.sorted(by: { $0.reference < $1.reference }) {
            let reference = record.reference
            guard let namespace = reference.namespace, namespaces.contains(namespace),
                record.generatedBy == nil
            else { continue }
            switch KindFate(of: reference) {
            case .seenTo: continue
            case .copied:
                checkRole(of: record)
                if reference.kind == "ServiceAccount", reference.name == "default" {
                    noteDefaultAccount(record)
                    continue
                }
                guard
                    let copy = copy(reference, .asItIs, seen: record.seen, mayBePresent: true)
                else { continue }
                copies[namespace, default: [:]][reference.kind, default: []].append(copy)
            case .attendant:
                guard !attended.contains(ObjectKey(reference)) else { continue }
                notes.find("\(reference) is for nothing that crosses; it is not copied.")
            case .left(let reason):
                let title = KindFate.title(of: reference)
                left[namespace, default: [:]][title, default: []].append(reference.name)
                reasons[title] = reason
            }
        }
        for namespace in file.namespaces {
            for kind in EstateSurvey.kindsCopied {
                guard let objects = copies[namespace]?[kind] else { continue }
                estate.copies.append(
                    NamespaceCopy(namespace: namespace, kind: kind, objects: objects)
                )
            }
            for (kind, names) in (left[namespace] ?? [:]).sorted(by: { $0.key < $1.key }) {
                notes.find(
                    "\(kind) \(EstateSurvey.listing(names)) of namespace \(namespace) stays at "
                        + "the source: \(reasons[kind] ?? "")."
                )
            }
        }
    }

    private mutating func surveyNamespaces(_ estate: inout Estate) {
        for namespace in file.namespaces {
            let reference = ObjectReference(
                apiVersion: "v1",
                kind: "Namespace",
                namespace: nil,
                name: namespace
            )
            let isRead = source.workloads.contains { $0.id.namespace == namespace }
            guard let record = sourceObjects[ObjectKey(reference)] else {
                notes.problem(
                    "\(reference)",
                    isRead ? "it could not be read at the source" : "it is not at the source",
                    remedy: "correct spec.namespaces"
                )
                continue
            }
            checkStays(record, at: source.site)
            guard let present = targetObjects[ObjectKey(reference)] else {
                estate.namespacesMissing.append(
                    PlannedObject(
                        reference: reference,
                        form: .asItIs,
                        original: record.seen,
                        present: nil
                    )
                )
                continue
            }
            checkStays(present, at: target.site)
            if let run = present.markedBy, runsUnderWay.contains(run) {
                notes.leftover(reference, at: target.site, of: run)
                continue
            }
            let isSame = present.contentDigest == record.contentDigest
            notes.find(
                "\(reference) is at the target already; it is used as it is"
                    + (isSame ? "." : ", though its labels or annotations differ.")
            )
        }
    }

    /// Nothing can be created in a namespace that is being deleted, and what is in it goes.
    private mutating func checkStays(_ record: ObjectRecord, at site: PlannedSite) {
        guard record.isBeingDeleted else { return }
        notes.problem(
            "\(record.reference)",
            "it is being deleted at \(site.context)",
            remedy: "wait until it is gone, or see in its conditions what holds it, and plan again"
        )
    }

    /// Each cluster makes this account for itself, so a copy would meet it there.
    private mutating func noteDefaultAccount(_ record: ObjectRecord) {
        let present = targetObjects[ObjectKey(record.reference)]
        guard present?.contentDigest != record.contentDigest else { return }
        notes.find(
            "\(record.reference) was given secrets or annotations at the source; every namespace "
                + "has one of its own, so it is not copied: give the target's the same."
        )
    }

    /// A binding to a role that is not there would leave its workload without rights.
    private mutating func checkRole(of record: ObjectRecord) {
        for role in record.refersTo where role.kind == "ClusterRole" {
            if targetObjects[ObjectKey(role)] != nil { continue }
            if target.objects.contains(where: { $0.reference.kind == "ClusterRole" }) {
                notes.problem(
                    "\(record.reference)",
                    "it refers to \(role), which is not at the target",
                    remedy:
                        "create the cluster role there: what belongs to no namespace is not copied"
                )
            } else {
                notes.find(
                    "\(record.reference) refers to \(role), which is not copied; see that it is at "
                        + "the target."
                )
            }
        }
    }

    /// At most five names, and how many more there are.
    static func listing(_ names: [String]) -> String {
        let sorted = names.sorted()
        let rest = sorted.count - 5
        return sorted.prefix(5).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
