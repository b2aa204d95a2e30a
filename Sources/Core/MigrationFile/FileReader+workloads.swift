import MigrationModel
import YAMLDocuments

extension FileReader {
    /// What is said of single workloads.
    mutating func workloads() -> [WorkloadRule] {
        var rules: [WorkloadID: WorkloadRule] = [:]
        var places: [WorkloadID: (node: YAMLNode, path: String)] = [:]
        for (index, node) in (spec?["workloads"]?.elements ?? []).enumerated() {
            let path = "spec.workloads[\(index)]"
            guard var id = workload(node["name"], at: "\(path).name") else { continue }
            if let kind = node["kind"]?.string { id.kind = kind }
            if let first = places[id] {
                note(
                    node["name"] ?? node,
                    "\(path).name",
                    "\(id.shortName) stands twice, first at line "
                        + "\(first.node.place.line)",
                    "say everything of it in one place"
                )
                continue
            }
            let rule = rule(of: id, node, at: path)
            noteContradictions(in: rule, node, at: path)
            rules[id] = rule
            places[id] = (node, path)
        }
        let sorted = rules.values.sorted { $0.workload < $1.workload }
        noteOrder(of: sorted, places)
        if spec?["strategy"]?.string == CrossingStrategy.wholeSite.rawValue { noteParts(places) }
        return sorted
    }

    private mutating func rule(
        of id: WorkloadID,
        _ node: YAMLNode,
        at path: String
    ) -> WorkloadRule {
        var after: [WorkloadID] = []
        for (index, element) in (node["after"]?.elements ?? []).enumerated() {
            let below = "\(path).after[\(index)]"
            guard let earlier = workload(element, at: below) else { continue }
            if after.contains(earlier) {
                note(element, below, "\(element.shown) stands twice", "leave it out")
            } else {
                after.append(earlier)
            }
        }
        return WorkloadRule(
            workload: id,
            isExcluded: node["exclude"]?.bool ?? false,
            activation: node["activation"]?.string.flatMap(Activation.init(rawValue:)),
            after: after.sorted(),
            wave: node["wave"]?.int ?? 1,
            probePath: node["probe"]?.string,
            startsEmpty: node["startsEmpty"]?.string,
            podNames: node["podNames"]?.string
        )
    }

    private mutating func noteContradictions(
        in rule: WorkloadRule,
        _ node: YAMLNode,
        at path: String
    ) {
        if rule.activation == .ordinals, let kind = node["kind"], kind.string != "StatefulSet" {
            note(
                node["activation"] ?? node,
                "\(path).activation",
                "only the pods of a StatefulSet have ordinals, and its kind is \(kind.shown)",
                "write shared or exclusive"
            )
        }
        guard rule.isExcluded else { return }
        for key in ["activation", "after", "wave", "probe", "startsEmpty", "podNames"] {
            guard let value = node[key], !value.isNull else { continue }
            note(
                value,
                "\(path).\(key)",
                "the workload is excluded",
                "leave this out, or leave out exclude"
            )
        }
    }

    /// What tells parts apart, where there are none.
    private mutating func noteParts(_ places: [WorkloadID: (node: YAMLNode, path: String)]) {
        for (_, place) in places.sorted(by: { $0.key < $1.key }) {
            for key in ["after", "wave"] {
                guard let value = place.node[key], !value.isNull else { continue }
                note(
                    value,
                    "\(place.path).\(key)",
                    "with strategy wholeSite all workloads cross together",
                    "leave this out, or write strategy: workloads"
                )
            }
        }
    }

    /// Orders that no plan could follow: circles, waves the wrong way round, waiting for the excluded.
    private mutating func noteOrder(
        of rules: [WorkloadRule],
        _ places: [WorkloadID: (node: YAMLNode, path: String)]
    ) {
        let byID = Dictionary(
            rules.map { ($0.workload, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var inCircles: Set<WorkloadID> = []
        for rule in rules {
            guard let (node, rulePath) = places[rule.workload] else { continue }
            let place = node["after"] ?? node
            let path = "\(rulePath).after"
            for earlier in rule.after.compactMap({ byID[$0] }) {
                if earlier.isExcluded {
                    note(
                        place,
                        path,
                        "\(earlier.workload.shortName) is excluded, so it never crosses",
                        "leave it out of this list"
                    )
                }
                if earlier.wave > rule.wave {
                    note(
                        place,
                        path,
                        "\(earlier.workload.shortName) is of wave \(earlier.wave), this one of "
                            + "wave \(rule.wave)",
                        "give this one a wave that is not lower"
                    )
                }
            }
            guard !inCircles.contains(rule.workload),
                let circle = circle(from: rule.workload, byID)
            else { continue }
            inCircles.formUnion(circle)
            let way = (circle + [rule.workload]).map(\.shortName).joined(separator: " after ")
            note(place, path, "this is a circle: \(way)", "leave one of these out")
        }
    }

    /// The way from a workload through what it comes after back to itself, the shortest one.
    private func circle(
        from start: WorkloadID,
        _ rules: [WorkloadID: WorkloadRule]
    ) -> [WorkloadID]? {
        var ways: [[WorkloadID]] = [[start]]
        var seen: Set<WorkloadID> = []
        while !ways.isEmpty {
            var longer: [[WorkloadID]] = []
            for way in ways {
                guard let last = way.last else { continue }
                for earlier in rules[last]?.after ?? [] {
                    if earlier == start { return way }
                    if seen.insert(earlier).inserted { longer.append(way + [earlier]) }
                }
            }
            ways = longer
        }
        return nil
    }

    /// Who is said to call whom.
    mutating func calls() -> [StatedCall] {
        var found: [StatedCall] = []
        for (index, node) in (spec?["calls"]?.elements ?? []).enumerated() {
            let path = "spec.calls[\(index)]"
            let caller = workload(node["from"], at: "\(path).from")
            let service = qualified(node["to"], at: "\(path).to")
            guard let caller, let service else { continue }
            let call = StatedCall(caller: caller, service: service)
            if found.contains(call) {
                note(node, path, "this call stands twice", "leave it out")
            } else {
                found.append(call)
            }
        }
        return found.sorted()
    }
}

extension WorkloadID {
    /// As a migration file writes it.
    var shortName: String { "\(namespace)/\(name)" }
}
