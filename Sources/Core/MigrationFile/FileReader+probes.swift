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
            if rules.contains(where: { $0.name == name }) {
                note(
                    node["name"] ?? node,
                    "\(path).name",
                    "the probe \"\(name)\" stands twice",
                    "give each a name of its own"
                )
            }
            rules.append(rule(of: trial, name, subject, node))
        }
        return rules
    }

    /// What a probe tries.
    private enum Tried {
        case outside(SmokeProbe.Trial)
        case inside(ProbeJob.Work)
    }

    private mutating func rule(
        of trial: Tried,
        _ name: String,
        _ subject: SmokeRule.Subject,
        _ node: YAMLNode
    ) -> SmokeRule {
        let stated = duration(node["timeout"])
        switch trial {
        case .outside(let trial):
            let probe = SmokeProbe(
                name: name,
                subject: node["route"]?.string ?? node["workload"]?.string ?? "",
                trial: trial,
                timeoutMilliseconds: (stated ?? .seconds(10)).wholeMilliseconds
            )
            return SmokeRule(subject: subject, probe: probe)
        case .inside(let work):
            // An image may have to be pulled before anything of a person's own begins.
            var usual = Duration.seconds(10)
            if case .program = work { usual = .seconds(300) }
            let job = ProbeJob(
                probe: name,
                work: work,
                timeoutMilliseconds: (stated ?? usual).wholeMilliseconds
            )
            return SmokeRule(subject: subject, job: job)
        }
    }

    private mutating func probeSubject(_ node: YAMLNode, at path: String) -> SmokeRule.Subject? {
        switch (node["route"]?.string, node["workload"]) {
        case (let route?, nil):
            if let kind = node["kind"] {
                note(kind, "\(path).kind", "a route has none", "leave it out, or write workload")
            }
            return .route(RouteID(route))
        case (nil, let workload?):
            guard var id = self.workload(workload, at: "\(path).workload") else { return nil }
            if let kind = node["kind"]?.string { id.kind = kind }
            return .workload(id)
        default:
            note(node, path, "it is not clear what waits for it", "write route or workload")
            return nil
        }
    }

    private mutating func trial(
        _ node: YAMLNode,
        _ target: SiteAddress,
        at path: String
    ) -> Tried? {
        let stated = ["http", "command", "tcp", "grpc", "job"].compactMap { key in
            node[key].map { (key, $0) }
        }
        guard stated.count == 1, let (key, value) = stated.first else {
            note(
                node,
                path,
                "it is not clear what is tried",
                "write http, tcp, grpc, command or job, and one of them"
            )
            return nil
        }
        switch key {
        case "http":
            return httpTrial(value, node, target, at: "\(path).http").map { .outside($0) }
        case "command":
            return .outside(.command(words: (value.elements ?? []).compactMap(\.string)))
        case "job": return program(value, node, at: "\(path).job").map { .inside($0) }
        default: return connection(value, node, at: "\(path).\(key)").map { .inside($0) }
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
