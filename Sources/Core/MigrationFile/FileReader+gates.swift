import MigrationModel
import YAMLDocuments

extension FileReader {
    /// Numbers that must be right before a crossing goes on.
    mutating func gates() -> [GateRule] {
        var rules: [GateRule] = []
        for (index, node) in (spec?["gates"]?.elements ?? []).enumerated() {
            let path = "spec.gates[\(index)]"
            guard let name = node["name"]?.string, let metric = metric(name, node, at: path) else {
                continue
            }
            if rules.contains(where: { $0.metric.name == name }) {
                note(
                    node["name"] ?? node,
                    "\(path).name",
                    "the gate \"\(name)\" stands twice",
                    "give each a name of its own"
                )
            }
            var workloads: [WorkloadID] = []
            for (number, element) in (node["workloads"]?.elements ?? []).enumerated() {
                guard let id = workload(element, at: "\(path).workloads[\(number)]") else {
                    continue
                }
                workloads.append(id)
            }
            rules.append(
                GateRule(
                    metric: metric,
                    routes: names(at: "\(path).routes", node["routes"]).sorted().map {
                        RouteID($0)
                    },
                    workloads: workloads.sorted(),
                    token: token(node["prometheus"], at: "\(path).prometheus")
                )
            )
        }
        return rules
    }

    private mutating func metric(
        _ name: String,
        _ node: YAMLNode,
        at path: String
    ) -> MetricGate? {
        let below = "\(path).prometheus"
        guard let prometheus = node["prometheus"], prometheus.members != nil else { return nil }
        let (min, max) = (decimal(prometheus["min"]), decimal(prometheus["max"]))
        if prometheus["min"] == nil, prometheus["max"] == nil {
            note(prometheus, below, "it has no bound", "write min, max or both")
        }
        if let min, let max, min > max, let place = prometheus["min"] {
            note(place, "\(below).min", "it is above max", "write a min that is not")
        }
        if let url = prometheus["url"], url.string?.contains("?") == true {
            note(url, "\(below).url", "it has a query", "write the query as query")
        }
        guard min != nil || max != nil else { return nil }
        return MetricGate(
            name: name,
            url: prometheus["url"]?.string ?? "",
            query: prometheus["query"]?.string ?? "",
            min: min,
            max: max,
            heldMilliseconds: (duration(prometheus["for"]) ?? .seconds(30)).wholeMilliseconds
        )
    }

    private mutating func token(_ node: YAMLNode?, at path: String) -> TokenSource? {
        if let file = node?["tokenFile"]?.string {
            if let other = node?["tokenVariable"] {
                note(
                    other,
                    "\(path).tokenVariable",
                    "there is a tokenFile already",
                    "write one of the two"
                )
            }
            return .file(path: file)
        }
        return node?["tokenVariable"]?.string.map { .variable(name: $0) }
    }

    /// Questions that both sites must answer alike.
    mutating func comparisons(source: SiteAddress, target: SiteAddress) -> [AnswerComparison] {
        (spec?["compare"]?.elements ?? []).enumerated().compactMap { index, node in
            let path = "spec.compare[\(index)]"
            if source.entry == nil || target.entry == nil {
                note(
                    node,
                    path,
                    "answers are compared at the entries of both sites",
                    "write spec.source.entry and spec.target.entry"
                )
            }
            guard let route = node["route"]?.string else { return nil }
            return AnswerComparison(
                route: RouteID(route),
                host: "",
                method: node["method"]?.string ?? "GET",
                paths: names(at: "\(path).paths", node["paths"]),
                headers: names(at: "\(path).headers", node["headers"]),
                ignored: names(at: "\(path).ignore", node["ignore"]),
                replacements: replacements(node["replace"], at: "\(path).replace")
            )
        }
    }

    private mutating func replacements(_ node: YAMLNode?, at path: String) -> [BodyReplacement] {
        (node?.elements ?? []).enumerated().compactMap { index, element in
            guard let pattern = element["pattern"], let text = pattern.string,
                let with = element["with"]?.string
            else { return nil }
            do {
                _ = try Regex(text)
            } catch {
                note(
                    pattern,
                    "\(path)[\(index)].pattern",
                    "\(pattern.shown) is no regular expression",
                    "write one such as [0-9]{4}-[0-9]{2}-[0-9]{2}"
                )
                return nil
            }
            return BodyReplacement(pattern: text, with: with)
        }
    }
}
