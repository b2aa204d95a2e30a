import ConnectionTrials
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Sends bytes over the link to the listener of the other site and fetches some, by a short Job.
///
/// Repeated: a Job of this step that is under way, or that was content, is left alone; one that was not
/// makes place for another. Undone: it is deleted if it is of this step.
struct TransferTrialJob: ChangeMaker {
    let access: SiteAccess
    let transfer: LinkTransfer

    private var own: OwnJob { OwnJob(access: access, reference: transfer.reference) }
    private var listener: LinkListener { transfer.listener }

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let job = try await trial().job
        return try await own.ensure(job, mark: mark) { (found) async throws(ProviderError) in
            if case .broken = try await state(of: found) { true } else { false }
        }
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        try await own.remove(mark: mark) { Marks.isMade($0, by: mark) }
    }

    /// How far it has come, and whether the link carries.
    func state() async throws(ProviderError) -> ConditionState {
        guard let found = try await access.find(transfer.reference) else {
            return .waiting(seen: "\(transfer.reference) is not at \(access.context)")
        }
        return try await state(of: found)
    }

    private func state(of job: JSON) async throws(ProviderError) -> ConditionState {
        switch TransferTrial.outcome(job: job, pods: try await own.pods(of: job)) {
        case .underWay(let seen): return .waiting(seen: "\(transfer.reference): \(seen)")
        case .failed(let reason):
            return .broken(
                seen: "\(transfer.reference) at \(access.context) \(reason). Name another image as "
                    + "spec.bridges.image, or write spec.bridges.transfer: skip"
            )
        case .done(let answers):
            return TransferJudge(
                answers: answers,
                throughputMin: transfer.throughputMin,
                from: access.context,
                to: access.other.context,
                way: listener.service.way
            ).state
        }
    }

    private func trial() async throws(ProviderError) -> TransferTrial {
        let service = listener.service
        let ready = try await EndpointSlices(
            access: access.other,
            service: service.service.localName
        )
        .read().reduce(0) { $0 + EndpointSlices.readyCount(in: $1) }
        guard ready > 0 else {
            throw .rejected(
                reason: "nobody listens any more at \(access.other.context), where "
                    + "\(listener.reference) was to; roll back and run again, or plan with "
                    + "spec.bridges.transfer: skip"
            )
        }
        let end = try await BridgeEnd.now(of: service, access: access)
        let targets = end.parts.flatMap { part in
            part.addresses.compactMap { address in
                part.place.ports.first.map { ConnectionTarget(host: address, port: $0.number) }
            }
        }
        let places = BridgeTrialJob.spread(targets, atMost: TransferTrial.placesMax)
        let isBehindEntry = if case .entry = service.way { true } else { false }
        return TransferTrial(
            namespace: service.service.namespace,
            name: transfer.job,
            image: listener.image,
            host: "\(service.service.name).\(service.service.namespace)",
            places: places,
            isBehindEntry: isBehindEntry
        )
    }
}
