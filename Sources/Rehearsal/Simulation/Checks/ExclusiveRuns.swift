import EmbeddedSites
import MigrationModel
import Synchronization

/// What must never run at both sites: exclusive workloads, and each number of a StatefulSet that
/// crosses by ordinals.
///
/// From the last pod at one to the first at the other there is a gap.
final class ExclusiveRuns: WorldPart {
    private let world: SimulatedWorld
    private let workloads: Set<String>
    private let byOrdinals: Set<String>
    private let violated: @Sendable (String) -> Void
    private let seenVersion = Mutex(-1)

    init(
        _ workloads: [WorkloadID],
        byOrdinals: [WorkloadID],
        in world: SimulatedWorld,
        violated: @escaping @Sendable (String) -> Void
    ) {
        self.workloads = Set(workloads.map { "\($0.namespace)/\($0.name)" })
        self.byOrdinals = Set(byOrdinals.map { "\($0.namespace)/\($0.name)" })
        self.world = world
        self.violated = violated
    }

    func step() -> Duration? { nil }

    func settle(until next: Duration) {
        guard !workloads.isEmpty || !byOrdinals.isEmpty, isChanged else { return }
        let source = running(at: .source)
        guard !source.isEmpty else { return }
        for workload in running(at: .target).intersection(source).sorted() {
            violated("\(workload) must not run twice, and runs at both sites")
        }
    }

    /// Whether a pod has begun or ended since the last look.
    private var isChanged: Bool {
        let version = SiteRole.allCases.reduce(0) { $0 + world[$1].nodes.acceptingVersion }
        return seenVersion.withLock { seen in
            defer { seen = version }
            return seen != version
        }
    }

    /// Workloads, and pods by their names.
    private func running(at site: SiteRole) -> Set<String> {
        let pods = world[site].nodes.accepting
        let numbered = pods.filter { byOrdinals.contains($0.workloadID) }
            .map { "\($0.namespace)/\($0.name)" }
        return Set(pods.map(\.workloadID)).intersection(workloads).union(numbered)
    }
}
