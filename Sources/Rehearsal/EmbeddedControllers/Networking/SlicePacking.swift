import JSONValues
import KubernetesObjects

/// Puts endpoints into slices with as few writes as it can: what stands well stays.
struct SlicePacking: Sendable {
    /// Slices as they should be; those without a name are new.
    private(set) var created: [JSON] = []
    private(set) var updated: [JSON] = []
    private(set) var deleted: [JSON] = []

    /// Packs `desired` into `slices`, which all have its ports and its address type.
    ///
    /// `fresh` is an empty slice of that kind.
    /// `relabel` brings a slice's labels up to date.
    init(
        _ slices: [JSON],
        desired: [JSON],
        endpointsMax: Int,
        fresh: JSON,
        relabel: (JSON) -> JSON
    ) {
        var waiting = Dictionary(
            desired.map { (Self.identity($0), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var changed: [JSON] = []
        var unchanged: [JSON] = []
        for slice in slices {
            var next = relabel(slice)
            let kept = Self.endpoints(of: slice).compactMap {
                waiting.removeValue(forKey: Self.identity($0))
            }
            if kept != Self.endpoints(of: slice) {
                guard !kept.isEmpty else {
                    deleted.append(slice)
                    continue
                }
                next["endpoints"] = .array(kept)
            }
            if next == slice { unchanged.append(slice) } else { changed.append(next) }
        }
        var rest = desired.filter { waiting[Self.identity($0)] != nil }[...]
        changed.sort { Self.endpoints(of: $0).count > Self.endpoints(of: $1).count }
        for index in changed.indices { Self.fill(&changed[index], from: &rest, endpointsMax) }
        updated = changed
        while !rest.isEmpty {
            let room = endpointsMax - rest.count
            if let best = Self.fullest(unchanged, withAtMost: room) {
                var slice = unchanged.remove(at: best)
                Self.fill(&slice, from: &rest, endpointsMax)
                updated.append(slice)
            } else {
                var slice = fresh
                Self.fill(&slice, from: &rest, endpointsMax)
                created.append(slice)
            }
        }
    }

    /// The fullest slice that has room for all the rest.
    private static func fullest(_ slices: [JSON], withAtMost count: Int) -> Int? {
        slices.indices
            .filter { endpoints(of: slices[$0]).count <= count }
            .max { endpoints(of: slices[$0]).count < endpoints(of: slices[$1]).count }
    }

    private static func fill(_ slice: inout JSON, from rest: inout ArraySlice<JSON>, _ max: Int) {
        var endpoints = endpoints(of: slice)
        guard !rest.isEmpty, endpoints.count < max else { return }
        let count = min(rest.count, max - endpoints.count)
        endpoints += rest.prefix(count)
        rest = rest.dropFirst(count)
        slice["endpoints"] = .array(endpoints)
    }

    static func endpoints(of slice: JSON) -> [JSON] { slice["endpoints"]?.array ?? [] }

    /// What makes two endpoints the same one, though its conditions may have changed.
    private static func identity(_ endpoint: JSON) -> [JSON?] {
        [
            endpoint["addresses"], endpoint["hostname"], endpoint["nodeName"],
            endpoint.at("targetRef", "uid"), endpoint["zone"],
        ]
    }

    /// The ports of a slice in an order that lets them be compared.
    static func portKey(_ slice: JSON) -> [JSON] {
        (slice["ports"]?.array ?? []).sorted { $0.text() < $1.text() }
    }
}
