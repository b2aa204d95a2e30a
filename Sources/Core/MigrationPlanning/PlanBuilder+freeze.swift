import MigrationFile
import MigrationModel

/// What becomes of deployments while a workload crosses.
extension PlanBuilder {
    /// What the target runs was copied once: what somebody deploys afterwards would be lost.
    ///
    /// So would what somebody writes into what its pods read. And what somebody changes at the target itself
    /// is nothing that was tried, or that anybody has at the source. Who refuses changes looks as well:
    /// somebody may take the refusal away.
    func asCopied(_ group: CrossingGroup) -> [Condition] {
        guard file.freeze != .none else { return [] }
        let deployed: [Condition] = group.workloads.compactMap { workload in
            workload.record.templateDigest.map {
                .deployedAsPlanned(site: .source, workload: workload.id, template: $0)
            }
        }
        let kept = group.workloads.map { workload in
            Condition.keptAsMade(
                site: .target,
                workload: workload.id,
                countsPods: workload.autoscalers.isEmpty
            )
        }
        return deployed + group.workloads.compactMap(configuredAsCopied) + kept
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
                gates: [refused(workload, true, at: .source)],
                gatesBack: [refused(workload, false, at: .source)],
                timeout: file.timeouts.change,
                "Let the source refuse deployments of \(workload.id) while it crosses",
                undo: "Take the refusal away and wait until it may be deployed again"
            )
        }
    }

    /// Lets the target refuse what others would do to the group, from when all of it is there.
    mutating func refuseChanges(_ group: CrossingGroup, after created: [StepID]) -> [StepID] {
        guard file.freeze == .admission else { return created }
        return group.workloads.map { workload in
            add(
                "\(workload.place)/refuse-changes-at-target",
                .cross,
                group.lane,
                after: created,
                .change(site: .target, change: .refuseChanges(workload: workload.id)),
                gates: [refused(workload, true, at: .target)],
                gatesBack: [refused(workload, false, at: .target)],
                timeout: file.timeouts.change,
                "Let the target refuse what others would change of \(workload.id) while it crosses",
                undo: "Take the refusal away and wait until it may be changed again"
            )
        }
    }

    /// Takes the refusals away, as the workloads behind them are to be deleted, or to be their users' own.
    mutating func allowDeploys(in namespace: String, at site: SiteRole) -> [StepID] {
        guard file.freeze == .admission else { return [] }
        let workloads = estate.groups.flatMap(\.workloads)
            .filter { $0.id.namespace == namespace }.sorted { $0.id < $1.id }
        guard !workloads.isEmpty else { return [] }
        let objects = workloads.flatMap { DeployRefusal(of: $0.id).objects.reversed() }
        return [
            addFinish(
                "\(site.rawValue)/\(namespace)/allow-deploys",
                site,
                .delete(objects: objects.map { DoomedObject(reference: $0, uid: nil) }),
                gates: workloads.map { refused($0, false, at: site) },
                "Take away what refuses deployments of \(workloads.count.counted("workload")) of "
                    + "\(namespace) at the \(site.rawValue)"
            )
        ]
    }

    private func refused(
        _ workload: CrossingWorkload,
        _ isRefused: Bool,
        at site: SiteRole
    ) -> Condition {
        .deploysRefused(site: site, workload: workload.id, isRefused: isRefused)
    }
}

extension EstateSurvey {
    /// A freeze that no server enforces would look like a safeguard and be none.
    mutating func noteFreeze() {
        guard file.freeze == .admission else { return }
        for (name, inventory) in [("source", source), ("target", target)]
        where !inventory.refusesDeploys {
            notes.problem(
                "context \(inventory.site.context)",
                "spec.freeze is `admission`, and its API server has no ValidatingAdmissionPolicies in "
                    + "version v1 (Kubernetes 1.30 and later have them)",
                remedy:
                    "state `freeze: finding`: deployments are noticed then, and the workload goes "
                    + "back; or upgrade the \(name) first"
            )
        }
    }
}
