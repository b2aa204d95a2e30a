import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// The right to drive a run, as a Lease of `coordination.k8s.io/v1` in the namespace `default`.
///
/// It lies where every cluster has a namespace and no migration takes one away. Every write carries
/// the resourceVersion that was read, so of two drivers that take it one is refused.
///
/// Each call ends within five seconds: a lease lasts for several tries, not for one that hangs.
package struct KubernetesRunLease: RunLease {
    private static let callMax = Duration.seconds(5)

    private let access: SiteAccess
    private let reference: ObjectReference

    package init(
        site: SiteRole,
        client: KubernetesClient,
        context: String,
        migration: String,
        time: any TimeSource
    ) {
        let prompt = client.answering(within: KubernetesRunLease.callMax)
        access = SiteAccess(
            site: site,
            context: context,
            client: prompt,
            counterpart: prompt,
            sealing: NothingToSeal(),
            time: time
        )
        reference = ObjectReference(
            apiVersion: "coordination.k8s.io/v1",
            kind: "Lease",
            namespace: "default",
            name: KubernetesRunLease.namePrefix + migration
        )
    }

    static let namePrefix = "diolkos-"

    /// The runs of every migration that have a lease at this site, but for tombstones: they began and
    /// have not ended.
    static func runs(at access: SiteAccess) async throws(ProviderError) -> [RunID] {
        let leases = try await access.list(
            ObjectReference(
                apiVersion: "coordination.k8s.io/v1",
                kind: "Lease",
                namespace: "default",
                name: ""
            )
        )
        let ours = leases.filter { lease in
            (lease.name?.hasPrefix(namePrefix) ?? false) && lease.annotations[Marks.ended] == nil
        }
        return Set(ours.compactMap { $0.annotations[Marks.run].map(RunID.init) }).sorted()
    }

    package func read() async throws(ProviderError) -> LeaseState? {
        guard let found = try await access.find(reference) else { return nil }
        return try state(found)
    }

    package func take(
        _ state: LeaseState,
        seen: LeaseState?
    ) async throws(ProviderError) {
        guard let found = try await access.find(reference) else {
            guard seen == nil else { throw .drift(reason: "\(reference) is gone") }
            guard try await access.create(object(state), as: reference) != nil else {
                throw try taken(try await access.get(reference))
            }
            return
        }
        // A lost answer to our own write is no other driver.
        if try self.state(found) == state { return }
        guard let seen, try self.state(found) == seen else { throw try taken(found) }
        try await write(state, over: found)
    }

    package func renew(_ state: LeaseState) async throws(ProviderError) {
        guard let found = try await access.find(reference) else {
            throw .drift(
                reason: "\(reference) is gone from \(access.context): somebody removed it while "
                    + "this driver held it"
            )
        }
        guard try isHeld(found, by: state) else { throw try taken(found) }
        try await write(state, over: found)
    }

    package func release(
        _ state: LeaseState,
        isOver: Bool
    ) async throws(ProviderError) {
        guard let found = try await access.find(reference), try isHeld(found, by: state) else {
            return
        }
        var free = state
        free.driver = ""
        free.isOver = isOver
        if try self.state(found) == free { return }
        try await write(free, over: found)
    }

    package func remove(_ state: LeaseState) async throws(ProviderError) {
        guard let found = try await access.find(reference), try isHeld(found, by: state),
            let uid = found.uid
        else { return }
        try await access.delete(reference, uid: uid, resourceVersion: found.resourceVersion)
    }

    private func isHeld(_ found: JSON, by state: LeaseState) throws(ProviderError) -> Bool {
        let held = try self.state(found)
        // A tombstone is nobody's, though it bears the epoch of whoever drove last: a driver that wakes
        // up after the end must not take it away.
        return !held.isOver && held.run == state.run && held.epoch == state.epoch
            && (held.driver == state.driver || held.driver.isEmpty)
    }

    private func write(_ state: LeaseState, over found: JSON) async throws(ProviderError) {
        var lease = object(state)
        lease.set(.string(found.resourceVersion ?? ""), at: "metadata", "resourceVersion")
        for mark in [Marks.ended, Marks.settled] where lease.annotations[mark] == nil {
            lease.set(.null, at: "metadata", "annotations", mark)
        }
        guard try await access.patch(.merge(lease), of: reference) != nil else {
            throw try taken(try await access.get(reference))
        }
    }

    /// Who has the lease, in place of us.
    private func taken(_ found: JSON) throws(ProviderError) -> ProviderError {
        let held = try state(found)
        if held.isOver {
            return .drift(
                reason:
                    "\(reference) at \(access.context) says that \(held.run.text) is over: it has "
                    + "ended, or somebody ran its break-glass script"
            )
        }
        let driver =
            held.driver.isEmpty ? "nobody now, lately a driver" : "the driver \(held.driver)"
        return .drift(
            reason: "\(reference) at \(access.context) is held by \(driver) of \(held.run.text), "
                + "epoch \(held.epoch); let it end or stop it, and try again"
        )
    }

    private func object(_ state: LeaseState) -> JSON {
        let renewedAt = WallTime(nanosecondsSinceEpoch: state.renewedAtNanoseconds)
        var lease: JSON = [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": [
                "name": .string(reference.name), "namespace": "default",
                "annotations": [
                    Marks.run: .string(state.run.text),
                    "diolkos.dev/sequence": .string(String(state.sequence)),
                    "diolkos.dev/head": .string(state.headHash),
                    "diolkos.dev/renewed-at": .string(String(state.renewedAtNanoseconds)),
                ],
            ],
            "spec": [
                "holderIdentity": .string(state.driver),
                "leaseDurationSeconds": .int(state.durationSeconds),
                "leaseTransitions": .int(state.epoch),
                "renewTime": .string(renewedAt.rfc3339Micro),
            ],
        ]
        if state.isSettled { lease.annotations[Marks.settled] = "true" }
        if state.isOver { lease.annotations[Marks.ended] = "true" }
        return lease
    }

    private func state(_ lease: JSON) throws(ProviderError) -> LeaseState {
        let annotations = lease.annotations
        guard let run = annotations[Marks.run],
            let sequence = annotations["diolkos.dev/sequence"].flatMap({ Int($0) }),
            let renewedAt = annotations["diolkos.dev/renewed-at"].flatMap({ Int64($0) }),
            let epoch = lease.at("spec", "leaseTransitions")?.int
        else {
            throw .rejected(
                reason: "\(reference) at \(access.context) is not a lease of this program; see who "
                    + "made it and delete it"
            )
        }
        return LeaseState(
            run: RunID(run),
            driver: lease.at("spec", "holderIdentity")?.string ?? "",
            epoch: epoch,
            sequence: sequence,
            headHash: annotations["diolkos.dev/head"] ?? "",
            renewedAtNanoseconds: renewedAt,
            durationSeconds: lease.at("spec", "leaseDurationSeconds")?.int ?? 0,
            isSettled: annotations[Marks.settled] != nil,
            isOver: annotations[Marks.ended] != nil
        )
    }
}
