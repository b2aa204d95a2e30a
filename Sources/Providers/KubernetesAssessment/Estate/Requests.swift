import JSONValues
import KubernetesObjects

/// What pods ask for, or nodes have.
package struct Requests: Sendable, Hashable {
    /// Thousandths of a processor.
    package var cpu = 0
    /// Bytes.
    package var memory = 0
    /// Whatever else a scheduler counts, in whole units: `pods`, `ephemeral-storage`, `hugepages-2Mi`,
    /// `nvidia.com/gpu`.
    package var others: [String: Int] = [:]

    /// Takes thousandths of a processor, bytes, and whole units of all else.
    package init(cpu: Int = 0, memory: Int = 0, others: [String: Int] = [:]) {
        self.cpu = cpu
        self.memory = memory
        self.others = others
    }

    /// Reads a list of quantities; what is absent or no quantity counts as nothing.
    package init(_ list: JSON?) {
        for (name, value) in list?.object ?? [:] {
            guard let quantity = Requests.quantity(value) else { continue }
            switch name {
            case "cpu": cpu = quantity.milliunits
            case "memory": memory = quantity.units
            default: others[name] = quantity.units
            }
        }
    }

    /// Limits count where no request is stated, as a server defaults them.
    init(ofContainer container: JSON) {
        let limits = container.at("resources", "limits")?.object ?? [:]
        let requests = container.at("resources", "requests")?.object ?? [:]
        self.init(.object(limits.merging(requests) { _, request in request }))
    }

    /// What a scheduler sets aside for one pod with this `spec`: the larger of what all containers and
    /// of what the largest init container ask for.
    package init(ofPod spec: JSON) {
        let working = (spec["containers"]?.array ?? []).map(Requests.init(ofContainer:))
        let initial = (spec["initContainers"]?.array ?? []).map(Requests.init(ofContainer:))
        let sum = working.reduce(Requests(), +)
        self =
            initial.reduce(sum) { $0.larger($1) } + Requests(spec["overhead"])
            + Requests(others: ["pods": 1])
    }

    /// A number or a text that is a quantity; nil for what is none.
    static func quantity(_ value: JSON?) -> Quantity? {
        guard let text = value?.string ?? value?.int.map(String.init) else { return nil }
        // What no server would have stored asks for nothing.
        do { return try Quantity(text) } catch { return nil }
    }

    func larger(_ other: Requests) -> Requests {
        Requests(
            cpu: max(cpu, other.cpu),
            memory: max(memory, other.memory),
            others: others.merging(other.others, uniquingKeysWith: max)
        )
    }

    /// What both ask for together.
    package static func + (left: Requests, right: Requests) -> Requests {
        Requests(
            cpu: left.cpu + right.cpu,
            memory: left.memory + right.memory,
            others: left.others.merging(right.others, uniquingKeysWith: +)
        )
    }

    /// What `count` of the same ask for.
    package static func * (left: Requests, count: Int) -> Requests {
        Requests(
            cpu: left.cpu * count,
            memory: left.memory * count,
            others: left.others.mapValues { $0 * count }
        )
    }

    /// What `room` does not suffice for, sorted: `cpu`, `nvidia.com/gpu`.
    ///
    /// Who does not say how many pods it takes takes them all.
    package func exceeding(_ room: Requests) -> [String] {
        var names: [String] = []
        if cpu > room.cpu { names.append("cpu") }
        if memory > room.memory { names.append("memory") }
        for (name, wanted) in others where wanted > 0 {
            let has = room.others[name] ?? (name == "pods" ? .max : 0)
            if wanted > has { names.append(name) }
        }
        return names.sorted()
    }

    /// `1500m of processor, 512 MiB of memory, 2 nvidia.com/gpu, 3 pods`.
    package var words: String {
        let bytes: Set<String> = ["ephemeral-storage"]
        let rest = others.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { name, count in
            bytes.contains(name) || name.hasPrefix("hugepages-")
                ? "\(count >> 20) MiB of \(name)" : "\(count) \(name)"
        }
        return (["\(cpu)m of processor", "\(memory >> 20) MiB of memory"] + rest)
            .joined(separator: ", ")
    }

    /// For machines: thousandths of a processor, bytes, and units of whatever else.
    package var json: JSON {
        .object(
            [
                "cpu": .int(cpu), "memory": .int(memory),
            ].merging(others.mapValues { .int($0) }) { first, _ in first }
        )
    }
}
