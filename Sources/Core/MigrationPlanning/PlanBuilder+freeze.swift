import MigrationFile
import MigrationModel

/// What becomes of deployments while a workload crosses.
extension PlanBuilder {
    /// What the target runs was copied once: what somebody deploys afterwards would be lost.
    ///
    /// So would what somebody writes into what its pods read. Who refuses deployments looks as well:
    /// somebody may take the refusal away.
    func asCopied(_ group: CrossingGroup) -> [Condition] {
        guard file.freeze != .none else { return [] }
        let deployed: [Condition] = group.workloads.compactMap { workload in
            workload.record.templateDigest.map {
                .deployedAsPlanned(site: .source, workload: workload.id, template: $0)
            }
        }
        return deployed + group.workloads.compactMap(configuredAsCopied)
    }

    private func configuredAsCopied(_ workload: CrossingWorkload) -> Condition? {
        guard !workload.configuration.isEmpty else { return nil }
        return .configuredAsCopied(
            site: .source,
            workload: workload.id,
            configuration: workload.configuration
        )
    }

    /// The last look at what was copied: behind it nothing at the source is there to be compared.
    mutating func lookBeforeFinish() {
        let copied = estate.groups.flatMap(\.workloads).sorted { $0.id < $1.id }
            .compactMap(configuredAsCopied)
        guard !copied.isEmpty else { return }
        finishApproved = [
            add(
                "finish/source/configuration",
                .finish,
                .finish,
                after: finishApproved,
                .await,
                gates: copied,
                timeout: file.timeouts.change,
                "See that nobody has changed what was copied for the pods of "
                    + "\(copied.count.counted("workload"))",
                undo: "Nothing to undo"
            )
        ]
    }

    /// Lets the source refuse deployments of the group, before anything of it is made at the target.
    mutating func refuseDeploys(_ group: CrossingGroup, after: [StepID]) -> [StepID] {
        guard file.freeze == .admission else { return after }
        return group.workloads.map { workload in
            add(
                "\(workload.place)/refuse-deploys",
                .cross,
                group.lane,
                after: after,
                .change(site: .source, change: .refuseDeploys(workload: workload.id)),
                gates: [refused(workload, true)],
                gatesBack: [refused(workload, false)],
                timeout: file.timeouts.change,
                "Let the source refuse deployments of \(workload.id) while it crosses",
                undo: "Take the refusal away and wait until it may be deployed again"
            )
        }
    }

    /// Takes the refusals away, as the workloads behind them are to be deleted.
    mutating func allowDeploys(in namespace: String) -> [StepID] {
        guard file.freeze == .admission else { return [] }
        let workloads = estate.groups.flatMap(\.workloads)
            .filter { $0.id.namespace == namespace }.sorted { $0.id < $1.id }
        guard !workloads.isEmpty else { return [] }
        let objects = workloads.flatMap { DeployRefusal(of: $0.id).objects.reversed() }
        return [
            addFinish(
                "source/\(namespace)/allow-deploys",
                .source,
                .delete(objects: objects.map { DoomedObject(reference: $0, uid: nil) }),
                gates: workloads.map { refused($0, false) },
                "Take away what refuses deployments of \(workloads.count.counted("workload")) of "
                    + "\(namespace) at the source"
            )
        ]
    }

    private func refused(_ workload: CrossingWorkload, _ isRefused: Bool) -> Condition {
        .deploysRefused(site: .source, workload: workload.id, isRefused: isRefused)
    }
}

extension EstateSurvey {
    /// A freeze that no server enforces would look like a safeguard and be none.
    mutating func noteFreeze() {
        guard file.freeze == .admission, !source.refusesDeploys else { return }
        notes.problem(
            "context \(source.site.context)",
            "spec.freeze is `admission`, and its API server has no ValidatingAdmissionPolicies in "
                + "version v1 (Kubernetes 1.30 and later have them)",
            remedy: "state `freeze: finding`: deployments are noticed then, and the workload goes "
                + "back; or upgrade the source first"
        )
    }
}
