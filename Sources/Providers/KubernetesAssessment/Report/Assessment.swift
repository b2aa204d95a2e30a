import ConnectionTrials
import JSONValues
import MigrationModel

/// What a person should know of two sites before anything is changed.
package struct Assessment: Sendable {
    /// One site, in numbers.
    package struct Site: Sendable, Hashable {
        /// As people call it: a context, a path, a version.
        package let name: String
        /// Empty when it was not told.
        package let version: String
        /// How many objects were read, by `Kind.group`.
        package let counts: [String: Int]

        init(_ facts: SiteFacts) {
            name = facts.name
            version = facts.version?.description ?? ""
            counts = facts.counts
        }

        /// How many objects were read, of all kinds.
        package var total: Int { counts.values.reduce(0, +) }
    }

    /// The site that would be left, in numbers.
    package let source: Site
    /// The site that would be moved to, in numbers; none where nobody could be asked.
    package let target: Site
    /// The gravest first.
    package private(set) var findings: [Finding]
    /// All but those about what lies outside, in any order.
    private var checked: [Finding]
    /// Who calls whom at the source, as far as configuration and people tell.
    package let calls: CallGraph
    /// What each wave asks of the target's nodes.
    package let capacity: CapacityPlan
    /// What lies outside and is called.
    package private(set) var outside: ReachReport

    /// Asks every check; the same facts give the same assessment.
    package init(of estate: AssessedEstate) {
        source = Site(estate.source)
        target = Site(estate.target)
        capacity = CapacityPlan(estate)
        outside = ReachReport(OutsideCallReader(estate).read())
        checked = AssessmentChecks.all.flatMap { $0.findings(in: estate) }
        findings = (checked + outside.findings).sorted()
        calls = CallGraphReader(estate).read()
    }

    /// Takes what came of trying what lies outside.
    package mutating func add(source: ReachOutcome?, target: ReachOutcome) {
        outside = ReachReport(outside.calls, source: source, target: target)
        findings = (checked + outside.findings).sorted()
    }

    /// Takes what was found otherwise, such as by a dry run.
    package mutating func add(_ more: [Finding]) {
        checked += more
        findings = (checked + outside.findings).sorted()
    }

    /// Whether something would fail or do harm.
    package var isBlocked: Bool { findings.contains { $0.severity == .blocker } }

    /// How many findings are exactly so grave.
    package func count(of severity: Finding.Severity) -> Int {
        findings.count { $0.severity == severity }
    }
}

extension Assessment {
    /// For machines: `docs/assess.md` says what stands where; members are only ever added.
    package var json: JSON {
        [
            "apiVersion": "diolkos.dev/v1alpha1",
            "kind": "Assessment",
            "source": Assessment.json(source),
            "target": Assessment.json(target),
            "summary": .object(
                Dictionary(
                    uniqueKeysWithValues: Finding.Severity.allCases.map {
                        ($0.rawValue, JSON.int(count(of: $0)))
                    }
                )
            ),
            "findings": .array(findings.map(\.json)),
            "calls": .array(calls.edges.map(Assessment.json)),
            "outside": .array(outside.calls.map(json)),
            "capacity": capacityJSON,
        ]
    }

    private var capacityJSON: JSON {
        var json: JSON = ["waves": .array(capacity.waves.map(Assessment.json))]
        if capacity.isRoomKnown {
            json["allocatable"] = capacity.allocatable.json
            json["taken"] = capacity.taken.json
        }
        return json
    }

    private static func json(_ wave: CapacityPlan.Wave) -> JSON {
        [
            "name": .string(wave.name), "requests": wave.requests.json,
            "cumulative": wave.cumulative.json,
            "exceeded": .array(wave.exceeded.map(JSON.string)),
        ]
    }

    private func json(_ call: OutsideCall) -> JSON {
        var json: JSON = [
            "address": .string("\(call.address)"),
            "callers": .array(call.callers.map(JSON.string)),
            "evidence": .array(call.evidence.map(JSON.string)),
        ]
        for (site, outcome) in [("source", outside.source), ("target", outside.target)] {
            guard let result = outcome?.results[call.address] else { continue }
            var told: JSON = ["result": .string(result.word)]
            told["milliseconds"] = result.milliseconds.map { .int($0) }
            json[site] = told
        }
        return json
    }

    private static func json(_ site: Site) -> JSON {
        [
            "name": .string(site.name), "version": .string(site.version),
            "objects": .int(site.total), "kinds": .object(site.counts.mapValues { .int($0) }),
        ]
    }

    private static func json(_ edge: CallGraph.Edge) -> JSON {
        [
            "from": .string(edge.from), "to": .string(edge.to),
            "evidence": .array(edge.evidence.map(JSON.string)),
        ]
    }
}
