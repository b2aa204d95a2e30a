import Clocks
import JSONValues
import KubernetesObjects

extension EmbeddedCluster {
    /// Notes what happened: as a new Event, or as one more time of an Event that is known.
    ///
    /// As with a real recorder nothing depends on it: what cannot be noted is let go.
    package func record(_ note: EventNote) {
        do throws(APIStatusError) {
            try withState { state throws(APIStatusError) in
                guard let definition = state.registry[.events] else { return }
                state.forgetOldEvents()
                let request = WriteRequest(
                    definition: definition,
                    version: definition.storageVersion,
                    namespace: note.namespace,
                    manager: note.component,
                    verb: .create,
                    isInternal: true
                )
                try state.record(note, request)
            }
        } catch {
            // Its namespace is going, or gone: nobody will ask for it.
        }
    }

    /// Takes away Events that nothing has been added to for an hour.
    package func forgetOldEvents() {
        do throws(APIStatusError) {
            try withState { state throws(APIStatusError) in state.forgetOldEvents() }
        } catch {
            preconditionFailure("forgetting refuses nothing: \(error)")
        }
    }
}

extension ClusterState {
    /// How long an Event is kept after it last happened: a server's `--event-ttl`.
    private static let eventAgeMax = Duration.seconds(3_600)
    /// How many Events a cluster keeps; beyond that the oldest go first.
    private static let eventsMax = 5_000
    /// How often their ages are looked at.
    private static let forgettingInterval = Duration.seconds(60)

    fileprivate mutating func record(
        _ note: EventNote,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        let time: JSON = .string(now.rfc3339)
        if store.object(.events, request.key(note.name)) != nil {
            _ = try update(note.name, request) { old in
                var event = old
                event["count"] = .int((event["count"]?.int ?? 1) + 1)
                event["lastTimestamp"] = time
                event["involvedObject"] = note.involved
                return event
            }
            return
        }
        var source: JSON = ["component": .string(note.component)]
        if !note.host.isEmpty { source["host"] = .string(note.host) }
        let event: JSON = [
            "metadata": ["name": .string(note.name), "namespace": .string(note.namespace)],
            "involvedObject": note.involved, "reason": .string(note.reason),
            "message": .string(note.message), "source": source, "firstTimestamp": time,
            "lastTimestamp": time, "count": 1, "type": note.isWarning ? "Warning" : "Normal",
            "reportingComponent": .string(note.component),
            "reportingInstance": .string(note.host),
        ]
        _ = try create(event, request)
    }

    /// Looks at most once a minute, and whenever there are too many.
    fileprivate mutating func forgetOldEvents() {
        guard let definition = registry[.events] else { return }
        let isDue = eventsSeen.map { $0.duration(to: now) >= Self.forgettingInterval } ?? true
        let count = store[.events].count
        guard isDue || count > Self.eventsMax else { return }
        eventsSeen = now
        let dated = store.objects(.events).map { event in
            let text = event.value["lastTimestamp"]?.string ?? event.value.creationTimestamp
            return (event, time: text.flatMap { WallTime(rfc3339: $0) } ?? now)
        }
        // A tenth more goes than must, so that a busy cluster does not sort them each time.
        let surplus = max(0, count - Self.eventsMax * 9 / 10)
        let excess = count > Self.eventsMax ? surplus : 0
        for (index, entry) in dated.sorted(by: { $0.time < $1.time }).enumerated() {
            guard index < excess || entry.time.duration(to: now) > Self.eventAgeMax else { break }
            let removal = WriteRequest(
                definition: definition,
                version: definition.storageVersion,
                namespace: entry.0.key.namespace,
                manager: ""
            )
            remove(entry.0.value, entry.0.key, removal)
        }
    }
}
