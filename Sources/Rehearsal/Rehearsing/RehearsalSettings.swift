import EmbeddedSites
import Simulation

/// How a migration is rehearsed.
package struct RehearsalSettings: Sendable {
    /// How many runs under faults.
    package var schedules = 100
    /// The seed of the first of them; each other one has the next.
    package var seed: UInt64 = 1
    /// What may go wrong.
    package var faults = Set(FaultOptions.Kind.allCases)
    /// How many runs go on side by side, each on a thread of its own.
    package var threads = 2
    /// How late Service proxies and entries may follow a change.
    package var lagMax = Duration.milliseconds(300)
    /// How long a pod may take to start, beside what its readiness probe waits for.
    package var podStartMax = Duration.seconds(5)
    /// The command that rehearses the same, but for which seeds: what is told beside what a seed shows.
    package var command = "diolkos rehearse"
    /// Whether each run under faults keeps its journal to be told.
    package var keepsJournals = false

    package init() {}

    /// The world in which it is rehearsed, with nodes for so many pods at each site.
    func simulation(pods: Int) -> SimulationSettings {
        var settings = SimulationSettings()
        settings.nodes.nodeCount = min(200, max(2, pods / 60))
        settings.nodes.probeScale = 1
        settings.nodes.startDelay = min(.seconds(1), podStartMax)...podStartMax
        settings.proxyLag = min(settings.proxyLag.lowerBound, lagMax)...lagMax
        settings.entryLag = settings.proxyLag
        return settings
    }

    /// The command that shows one seed again.
    func command(for seed: UInt64) -> String {
        "\(command) --schedules 1 --seed \(seed) --journal"
    }
}

/// How far a rehearsal is.
package enum RehearsalProgress: Sendable {
    /// Both sites are made anew, and the plan is.
    case building
    /// The run without faults, and the ways back.
    case calm
    /// So many of all runs under faults have ended.
    case schedules(done: Int, all: Int)
}

/// Why a migration cannot be rehearsed.
package struct RehearsalProblem: Error, Sendable, CustomStringConvertible {
    /// What stands in the way, and what to do.
    package let description: String

    package init(_ description: String) { self.description = description }
}
