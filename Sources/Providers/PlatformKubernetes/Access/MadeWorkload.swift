import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// A workload that a run has put at a site, and what others have made of it there since.
struct MadeWorkload: Sendable {
    /// Runs, and copies that were there before them.
    private static let managersOwn: Set<String> = [
        KubernetesClient.Configuration().fieldManager, MarkNames.copyManager,
        MarkNames.copyStarter,
    ]
    private static let pods: [FieldElement] = [.name("spec"), .name("replicas")]
    private static let suspension: [FieldElement] = [.name("spec"), .name("suspend")]
    private static let annotations: [FieldElement] = [
        .name("spec"), .name("template"), .name("metadata"), .name("annotations"),
    ]
    /// A restart runs the same again; where there were no annotations, it makes them.
    private static let harmless: Set<[FieldElement]> = [
        annotations, annotations + [.name(PodTemplate.restartAnnotation)],
    ]
    private static let changesToldMax = 5

    let access: SiteAccess
    let workload: WorkloadID

    /// Whether it is as the run has made it; how many pods it has counts where `countsPods`.
    func state(countsPods: Bool) async throws(ProviderError) -> ConditionState {
        let found = try await access.get(workload.reference)
        guard Marks.run(of: found) != nil else {
            throw .drift(
                reason:
                    "\(workload) at \(access.context) is not the one that the run has put there: "
                    + "somebody has deleted that while it crosses, and made another one, which was not "
                    + "touched. Remove it, then `diolkos plan --again "
                    + "\(workload.namespace)/\(workload.name)`"
            )
        }
        let changes = ManagedFields(of: found).foreignFields(
            own: MadeWorkload.managersOwn,
            ignored: MadeWorkload.managersOwn.union(["kube-controller-manager"])
        ).filter { field in
            !MadeWorkload.harmless.contains(field.path)
                && (countsPods || field.path != MadeWorkload.pods)
        }.map(\.words).sorted()
        if !changes.isEmpty { throw drift("by others while it crosses", changes) }
        let unowned = try await unownedChanges(of: found)
        if !unowned.isEmpty {
            throw drift(
                "while it crosses, under nobody's own name, and is not as it was made",
                unowned
            )
        }
        if countsPods || workload.isCronJob, let change = changedAmount(of: found) {
            throw drift("while it crosses, under the name of the run", [change])
        }
        return .holds
    }

    /// How much of it is to run, where somebody else has said so under the run's name.
    private func changedAmount(of found: JSON) -> String? {
        guard let note = MadeNote(on: found), let now = MadeNote.amount(of: found),
            !note.amounts.isEmpty, !note.amounts.contains(now)
        else { return nil }
        let field = workload.isCronJob ? MadeWorkload.suspension : MadeWorkload.pods
        // What a controller has written is its own to say.
        let owners = ManagedFields(of: found).owners(of: field).map(\.name)
        guard owners.allSatisfy(MadeWorkload.managersOwn.contains) else { return nil }
        let wanted = note.amounts.joined(separator: " or ")
        return "\(field.fieldPath) (\(now), where the run wants \(wanted))"
    }

    /// What nobody owns, or whoever wrote under the name of the run: fields that were taken away, and others
    /// than were made.
    ///
    /// A server that was upgraded may fill in more than it did, which is no change.
    private func unownedChanges(of found: JSON) async throws(ProviderError) -> [String] {
        guard let made = MadeNote(on: found), let form = MadeForm(of: found),
            form.fingerprint != made.fingerprint,
            let original = MadeForm(of: try await access.other.get(workload.reference))
        else { return [] }
        return form.differences(from: original)
    }

    private func drift(_ how: String, _ changes: [String]) -> ProviderError {
        let rest = changes.count - MadeWorkload.changesToldMax
        let listing =
            changes.prefix(MadeWorkload.changesToldMax).joined(separator: ", ")
            + (rest > 0 ? " and \(rest) more" : "")
        return .drift(
            reason: "\(workload) was changed at \(access.context) \(how): \(listing). What is to "
                + "stay is deployed at the other site; `diolkos plan --again "
                + "\(workload.namespace)/\(workload.name)` and `diolkos resume` make this one anew "
                + "from that"
        )
    }
}
