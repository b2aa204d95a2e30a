import JSONValues

/// Between the Events of the core group, in which they are stored, and those of `events.k8s.io`.
enum EventConversion {
    static let resource = ResourceName("events", group: "events.k8s.io")

    /// Names in the core group and in `events.k8s.io`, where they differ.
    private static let names = [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
        ("reportingComponent", "reportingController"),
    ]

    static func event(fromCore object: JSON) -> JSON {
        var event = renamed(object, names)
        // What is empty here is left out there.
        for key in ["reportingController", "reportingInstance"] where event[key] == "" {
            event[key] = nil
        }
        return event
    }

    static func core(fromEvent object: JSON) -> JSON {
        renamed(object, names.map { ($0.1, $0.0) })
    }

    private static func renamed(_ object: JSON, _ names: [(String, String)]) -> JSON {
        guard var members = object.object else { return object }
        for (old, new) in names {
            if let value = members.removeValue(forKey: old) { members[new] = value }
        }
        return .object(members)
    }
}
