import MigrationModel
import YAMLDocuments

extension FileReader {
    /// Trials of what runs at the target.
    mutating func probes(target: SiteAddress) -> [SmokeRule] {
        var rules: [SmokeRule] = []
        for (index, node) in (spec?["probes"]?.elements ?? []).enumerated() {
            let path = "spec.probes[\(index)]"
            guard let name = node["name"]?.string,
                let subject = probeSubject(node, at: path),
                let trial = trial(node, target, at: path)
            else { continue }
            if rules.contains(where: { $0.probe.name == name }) {
                note(
                    node["name"] ?? node,
                    "\(path).name",
                    "the probe \"\(name)\" stands twice",
                    "give each a name of its own"
                )
            }
            let probe = SmokeProbe(
                name: name,
                subject: node["route"]?.string ?? node["workload"]?.string ?? "",
                trial: trial,
                timeoutMilliseconds: (duration(node["timeout"]) ?? .seconds(10)).wholeMilliseconds
            )
            rules.append(SmokeRule(subject: subject, probe: probe))
        }
        return rules
    }

    private mutating func probeSubject(_ node: YAMLNode, at path: String) -> SmokeRule.Subject? {
        switch (node["route"]?.string, node["workload"]) {
        case (let route?, nil): return .route(RouteID(route))
        case (nil, let workload?):
            return self.workload(workload, at: "\(path).workload").map { .workload($0) }
        default:
            note(node, path, "it is not clear what waits for it", "write route or workload")
            return nil
        }
    }

    private mutating func trial(
        _ node: YAMLNode,
        _ target: SiteAddress,
        at path: String
    ) -> SmokeProbe.Trial? {
        switch (node["http"], node["command"]?.elements) {
        case (let http?, nil): return httpTrial(http, node, target, at: "\(path).http")
        case (nil, let words?): return .command(words: words.compactMap(\.string))
        default:
            note(node, path, "it is not clear what is tried", "write http or command")
            return nil
        }
    }

    private mutating func httpTrial(
        _ http: YAMLNode,
        _ node: YAMLNode,
        _ target: SiteAddress,
        at path: String
    ) -> SmokeProbe.Trial? {
        if target.entry == nil {
            note(http, path, "it is asked at the target's entry", "write spec.target.entry")
        }
        if http["host"] == nil, node["route"] == nil {
            note(http, path, "no route tells the host", "write host")
        }
        if let pattern = http["body"], let text = pattern.string {
            do {
                _ = try Regex(text)
            } catch {
                note(
                    pattern,
                    "\(path).body",
                    "\(pattern.shown) is no regular expression",
                    "write one such as \"status\": *\"ok\""
                )
                return nil
            }
        }
        let members = (http["headers"]?.members ?? []).compactMap { member in
            member.value.string.map { (member.key, $0) }
        }
        return .http(
            HTTPTrial(
                host: http["host"]?.string ?? "",
                path: http["path"]?.string ?? "/",
                status: http["status"]?.int ?? 200,
                headers: Dictionary(members, uniquingKeysWith: { first, _ in first }),
                bodyPattern: http["body"]?.string
            )
        )
    }
}
