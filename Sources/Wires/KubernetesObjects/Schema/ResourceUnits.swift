import JSONValues

/// Lists of resources as whole numbers: thousandths of `cpu`, bytes, and units of whatever else.
package enum ResourceUnits {
    /// Of a list of quantities; what is absent or no quantity counts as nothing.
    package static func of(_ list: JSON?) -> [String: Int] {
        var units: [String: Int] = [:]
        for (name, value) in list?.object ?? [:] {
            guard let quantity = quantity(value) else { continue }
            units[name] = name == "cpu" ? quantity.milliunits : quantity.units
        }
        return units
    }

    /// What a scheduler sets aside for one pod with this `spec`: the larger of what all containers and
    /// of what the largest init container ask for, and what its runtime takes.
    package static func ofPod(_ spec: JSON) -> [String: Int] {
        let working = (spec["containers"]?.array ?? []).map(ofContainer)
        let initial = (spec["initContainers"]?.array ?? []).map(ofContainer)
        let sum = working.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        var units = initial.reduce(into: sum) { $0.merge($1, uniquingKeysWith: max) }
        units.merge(of(spec["overhead"]), uniquingKeysWith: +)
        units["pods"] = 1
        return units
    }

    /// A number or a text that is a quantity; nil for what is none.
    package static func quantity(_ value: JSON?) -> Quantity? {
        guard let text = value?.string ?? value?.int.map(String.init) else { return nil }
        // What no server would have stored asks for nothing.
        do { return try Quantity(text) } catch { return nil }
    }

    /// Limits count where no request is stated, as a server defaults them.
    private static func ofContainer(_ container: JSON) -> [String: Int] {
        let limits = container.at("resources", "limits")?.object ?? [:]
        let requests = container.at("resources", "requests")?.object ?? [:]
        return of(.object(limits.merging(requests) { _, request in request }))
    }
}
