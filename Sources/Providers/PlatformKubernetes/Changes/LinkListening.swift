import ConnectionTrials
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Lets a Job listen at this site, by a local name of its own.
///
/// Repeated: what is of this step is left alone, but for a Job that has failed, which makes place for
/// another. Undone: both are deleted if they are of this step.
struct ListenerOpening: ChangeMaker {
    let access: SiteAccess
    let listener: LinkListener

    private var own: OwnJob { OwnJob(access: access, reference: listener.reference) }

    private var name: LocalNameAddition {
        LocalNameAddition(access: access, service: listener.service, isOnlyLocal: true)
    }

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let job = TransferListener(
            namespace: listener.service.service.namespace,
            name: listener.job,
            image: listener.image,
            port: LinkListener.port
        ).job
        let receipt = try await own.ensure(job, mark: mark) { (found) async throws(ProviderError) in
            if case .broken = try await state(of: found) { true } else { false }
        }
        _ = try await name.perform(from: before, mark: mark)
        return receipt
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        try await name.undo(to: before, mark: mark)
        try await own.remove(mark: mark) { Marks.isMade($0, by: mark) }
    }

    /// Whether somebody listens.
    func state() async throws(ProviderError) -> ConditionState {
        guard let found = try await access.find(listener.reference) else {
            return .waiting(seen: "\(listener.reference) is not at \(access.context)")
        }
        return try await state(of: found)
    }

    private func state(of job: JSON) async throws(ProviderError) -> ConditionState {
        let pods = try await own.pods(of: job)
        if let failure = TransferListener.failure(job: job, pods: pods) {
            return .broken(
                seen:
                    "\(listener.reference) at \(access.context) does not listen: \(failure). Name "
                    + "another image as spec.bridges.image, or write spec.bridges.transfer: skip"
            )
        }
        let local = listener.service.service.localName
        let ready = try await EndpointSlices(access: access, service: local).read()
            .reduce(0) { $0 + EndpointSlices.readyCount(in: $1) }
        guard ready > 0 else {
            let wait = pods.lazy.compactMap(\.whatPodWaitsFor).first
            return .waiting(
                seen: "\(listener.reference): "
                    + (wait ?? (pods.isEmpty ? "it has no Pod yet" : "its Pod is not ready"))
            )
        }
        return .holds
    }
}

/// Removes the Job that listened, with its pods, and the name that led to it.
///
/// Repeated: what is gone stays gone. Undone: nothing, for the way back needs no listener.
struct ListenerClosing: ChangeMaker {
    let access: SiteAccess
    let listener: LinkListener

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let service = listener.service
        let names = [service.entryReference, .service(service.service.localName)]
        for reference in names.compactMap({ $0 }) + [listener.reference] {
            try await OwnJob(access: access, reference: reference).remove(mark: mark) {
                Marks.run(of: $0) == mark.run
            }
        }
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {}
}
