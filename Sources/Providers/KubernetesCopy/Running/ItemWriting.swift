import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects

/// Writes one object of a copy.
struct ItemWriting: Sendable {
    /// How long a kind may be announced and not be served yet.
    private static let lagMax = Duration.seconds(10)

    let item: CopyItem
    let copy: String
    /// Of what the same run made.
    let uids: [CopyKey: String]
    let target: KubernetesClient
    let time: any TimeSource
    let patience: CopyPatience

    /// What became of it, and the uid of what was made.
    func perform() async -> (CopyOutcome, uid: String?) {
        do {
            switch item.action {
            case .create:
                let (result, uid) = try await create()
                return (CopyOutcome(key: item.key, result: result), uid)
            case .update(let present, let merged, _):
                // What is only told beside the object does not care how its status has moved.
                let result = merged == present ? .updated : try await replace(merged)
                if result == .updated {
                    try await start()
                    try await tellLastRun()
                }
                return (CopyOutcome(key: item.key, result: result), nil)
            case .remove(let uid):
                let reason = await ObjectRemoval(
                    client: target,
                    time: time,
                    patience: patience
                ).remove(item.key, item.kind, uid: uid)
                let result = reason.map(patience.unfinished) ?? .removed
                return (CopyOutcome(key: item.key, result: result), nil)
            case .unchanged, .refused:
                return (CopyOutcome(key: item.key, result: .unchanged), nil)
            }
        } catch {
            return (
                CopyOutcome(
                    key: item.key,
                    result: .failed(ServerWords.reason(error, about: item.key))
                ), nil
            )
        }
    }

    /// Replaces the version that the plan saw, and no other.
    private func replace(_ merged: JSON) async throws -> CopyOutcome.Result {
        do {
            _ = try await target.replace(
                item.kind,
                tied(CopyMarks.stamped(merged, wanted: item.wanted, copy: copy)),
                options: WriteOptions(fieldManager: CopyMarks.manager)
            )
            return .updated
        } catch {
            guard error.isConflict else { throw error }
            return .failed(
                "somebody changed it since the plan was made; it was not touched. Plan again"
            )
        }
    }

    /// Fills in the uids of owners that were made in the meantime.
    private func tied(_ object: JSON) -> JSON {
        guard !item.owners.isEmpty else { return object }
        var object = object
        object.ownerReferences = object.ownerReferences.map { reference in
            guard reference["uid"] == "",
                let owner = item.owners.first(where: {
                    $0.name == reference["name"]?.string && $0.kind == reference["kind"]?.string
                }),
                let uid = uids[owner]
            else { return reference }
            var reference = reference
            reference["uid"] = .string(uid)
            return reference
        }
        return object
    }

    private func create() async throws -> (CopyOutcome.Result, uid: String?) {
        var object = tied(CopyMarks.stamped(item.wanted, wanted: item.wanted, copy: copy))
        object.annotations[CopyMarks.firstReplicas] = item.start.map(String.init)
        do {
            let made = try await post(object)
            try await start()
            try await tellLastRun()
            return (.created, made.uid)
        } catch let error as KubernetesError where error.isAlreadyExists {
            // From an attempt whose answer was lost, or a stranger's.
            let found = try await target.get(
                item.kind,
                namespace: item.key.namespace,
                name: item.key.name
            )
            let isOurs =
                CopyMarks.isMade(found, by: copy)
                && found.annotations[CopyMarks.content] == CopyMarks.content(of: item.wanted)
            if isOurs {
                if found.generation == 1 { try await start() }
                return (.created, found.uid)
            }
            // An operator of the target may have been faster.
            if CopyDecision.isMadeByOwner(found, of: object)
                || CopyDecision.differences(object, found, item.schema).isEmpty
            {
                return (.unchanged, found.uid)
            }
            return (
                .failed("somebody made it since the plan was made; it was not touched. Plan again"),
                nil
            )
        }
    }

    /// A server may announce the kind of a definition before it serves it.
    private func post(_ object: JSON) async throws -> JSON {
        let deadline = time.uptime + ItemWriting.lagMax
        while true {
            do {
                return try await target.create(
                    item.kind,
                    object,
                    options: WriteOptions(fieldManager: CopyMarks.manager)
                )
            } catch {
                let mayCome = error.isNotFound && item.wave == .custom && time.uptime < deadline
                guard mayCome else { throw error }
            }
            try await time.sleep(for: .milliseconds(200))
        }
    }

    private func tellLastRun() async throws {
        guard let time = item.lastRun, let namespace = item.key.namespace else { return }
        _ = try await target.patch(
            item.kind,
            namespace: namespace,
            name: item.key.name,
            .merge(["status": ["lastScheduleTime": .string(time)]]),
            subresource: "status",
            options: WriteOptions(fieldManager: CopyMarks.manager)
        )
    }

    /// The first replicas of what an autoscaler scales: by another name, so that no field of the copy
    /// says how many there are.
    private func start() async throws {
        guard let replicas = item.start, let namespace = item.key.namespace else { return }
        _ = try await target.scale(
            item.kind,
            namespace: namespace,
            name: item.key.name,
            to: replicas,
            options: WriteOptions(fieldManager: CopyMarks.starter)
        )
    }
}
