import EmbeddedSites
import MigrationModel
import Synchronization

/// Workloads that must never run at both sites: from the last pod at one to the first at the other there
/// is a gap.
final class ExclusiveRuns: WorldPart {
    private let world: SimulatedWorld
    private let workloads: Set<String>
    private let violated: @Sendable (String) -> Void
    private let seenVersion = Mutex(-1)

    init(
        _ workloads: [WorkloadID],
        in world: SimulatedWorld,
        violated: @escaping @Sendable (String) -> Void
    ) {
        self.workloads = Set(workloads.map { "\($0.namespace)/\($0.name)" })
        self.world = world
        self.violated = violated
    }

    func step() -> Duration? { nil }

    func settle(until next: Duration) {
        guard !workloads.isEmpty, isChanged else { return }
        let source = running(at: .source)
        guard !source.isEmpty else { return }
        for workload in running(at: .target).intersection(source).sorted() {
            violated("\(workload) is exclusive, and runs at both sites")
        }
    }

    /// Whether a pod has begun or ended since the last look.
    private var isChanged: Bool {
        let version = world.network.version
        return seenVersion.withLock { seen in
            defer { seen = version }
            return seen != version
        }
    }

    private func running(at site: SiteRole) -> Set<String> {
        Set(world[site].nodes.accepting.map(\.workloadID)).intersection(workloads)
    }
}
