import JSONValues
import MigrationModel

/// What a person should know of two sites before anything is changed.
package struct Assessment: Sendable {
    /// One site, in numbers.
    package struct Site: Sendable, Hashable {
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

        package var total: Int { counts.values.reduce(0, +) }
    }

    package let source: Site
    package let target: Site
    /// The gravest first.
    package private(set) var findings: [Finding]
    package let calls: CallGraph

    /// Asks every check; the same facts give the same assessment.
    package init(of estate: AssessedEstate) {
        source = Site(estate.source)
        target = Site(estate.target)
        findings = AssessmentChecks.all.flatMap { $0.findings(in: estate) }.sorted()
        calls = CallGraphReader(estate).read()
    }

    /// Takes what was found otherwise, such as by a dry run.
    package mutating func add(_ more: [Finding]) {
        findings = (findings + more).sorted()
    }

    /// Whether something would fail or do harm.
    package var isBlocked: Bool { findings.contains { $0.severity == .blocker } }

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
        ]
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
