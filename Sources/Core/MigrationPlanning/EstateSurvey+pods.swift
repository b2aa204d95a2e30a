import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// What keeps pods from being run elsewhere, unless somebody says that it does not.
    mutating func noteTies(_ record: WorkloadRecord) {
        for tie in record.ties {
            notes.problem(
                "\(record.id)",
                "it is tied to its site by \(tie)",
                remedy: "exclude it (callers at the target then reach it across the bridge), "
                    + "or free it from that"
            )
        }
        guard !record.claims.isEmpty else { return }
        noteVolumes(of: record)
        // What a store holds comes by its own replication.
        guard file.store(of: record.id) == nil else { return }
        let claims = EstateSurvey.listing(record.claims)
        guard let stated = file.rule(of: record.id)?.startsEmpty else {
            notes.problem(
                "\(record.id)",
                "each of its pods keeps data in a volume of its own (\(claims)), and data does not "
                    + "cross by itself",
                remedy: "exclude it (callers at the target then reach it across the bridge); or, "
                    + "where its pods may start empty there, for example because its members "
                    + "replicate among themselves, say who knows that and why in startsEmpty"
            )
            return
        }
        notes.find(
            "\(record.id) starts with empty volumes at the target (\(claims)); the migration file "
                + "states: \(stated)"
        )
    }

    /// What becomes of data that nobody deletes, and which of it is there already.
    private mutating func noteVolumes(of record: WorkloadRecord) {
        notes.find(
            "The volumes that \(record.id) gets at the target stay after a rollback, and with them a "
                + "namespace that the run made; those of the source stay after the finish."
        )
        let there = record.claims.flatMap { claim in
            targetObjects.values.map(\.reference).filter {
                $0.isClaim(claim, of: record.id)
            }
        }
        guard !there.isEmpty else { return }
        notes.find(
            "The target has \(EstateSurvey.listing(there.map(\.name).sorted())) in "
                + "\(record.id.namespace) already: pods of \(record.id) begin there with what they "
                + "hold. Delete them if that is of an earlier try."
        )
    }

    /// What a DaemonSet uses of nodes that are others at the target.
    mutating func noteDaemons(_ record: WorkloadRecord) {
        notes.find(
            "\(record.id) is copied, and runs at both sites until the finish removes it at the source."
        )
        if !record.nodeTies.isEmpty {
            notes.find(
                "\(record.id) uses \(EstateSurvey.listing(record.nodeTies)); see that the target's "
                    + "nodes have the same."
            )
        }
        if file.rule(of: record.id)?.activation == .exclusive {
            notes.problem(
                "\(record.id)",
                "it runs at every node of both sites, and is stated to be exclusive",
                remedy: "leave activation out, or exclude it"
            )
        }
    }

    /// Whether a Service that leads callers to pods and not to a name can be copied as it is: every site
    /// runs what is behind it, or somebody says that its own site is enough.
    mutating func notePodService(_ record: ServiceRecord, _ reason: String) -> Bool {
        let behind = workloads(crossing, behind: record)
        guard !record.selector.isEmpty, !record.ports.isEmpty, !behind.isEmpty,
            workloads(staying, behind: record).isEmpty
        else { return false }
        let stated = behind.compactMap { file.rule(of: $0.id)?.podNames }
        if behind.allSatisfy(\.id.isDaemonSet) {
            notes.find(
                "\(record.reference) leads to pods of its own site at both sites: \(reason)."
            )
        } else if record.isHeadless, stated.count == behind.count {
            notes.find(
                "\(record.reference) leads to pods of its own site at both sites, so no pod is reached "
                    + "across them by its own name; the migration file states: "
                    + "\(Set(stated).sorted().joined(separator: "; "))"
            )
            notes.find(
                "Who has looked up \(record.reference) keeps the addresses of its pods, and not one that "
                    + "stays: for as long as its record lives (5 s where CoreDNS is not told otherwise, "
                    + "30 s where kubeadm set it up), and some for ever; they meet nobody there once its "
                    + "pods have gone."
            )
        } else {
            return false
        }
        return true
    }
}

extension ObjectReference {
    /// Whether it is the claim that a pod of a StatefulSet has by this template: `data-ledger-0`.
    ///
    /// https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage
    fileprivate func isClaim(_ template: String, of workload: WorkloadID) -> Bool {
        let stem = "\(template)-\(workload.name)-"
        guard kind == "PersistentVolumeClaim", namespace == workload.namespace,
            name.hasPrefix(stem)
        else { return false }
        return Int(name.dropFirst(stem.count)) != nil
    }
}
