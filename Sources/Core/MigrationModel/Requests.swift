import JSONValues

/// What pods ask for, or nodes have.
package struct Requests: Sendable, Hashable, Codable {
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

    /// Takes what a list of quantities or a pod comes to: thousandths of `cpu`, bytes of `memory`, whole units
    /// of whatever else.
    package init(units: [String: Int]) {
        var others = units
        cpu = others.removeValue(forKey: "cpu") ?? 0
        memory = others.removeValue(forKey: "memory") ?? 0
        self.others = others
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

    /// What is left of these when `taken` is taken out; never less than nothing.
    ///
    /// Of what these do not name there is nothing to take.
    package func without(_ taken: Requests) -> Requests {
        var left = Requests(cpu: max(0, cpu - taken.cpu), memory: max(0, memory - taken.memory))
        left.others = others.reduce(into: [:]) {
            $0[$1.key] = max(0, $1.value - (taken.others[$1.key] ?? 0))
        }
        return left
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
