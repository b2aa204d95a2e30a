import Clocks
import Foundation
import JournalSQLite
import MigrationEngine
import MigrationModel
import MigrationPorts

/// One run and the journal that it is: begun, driven, commanded and looked at.
package struct MigrationRun: Sendable {
    /// The path of the journal.
    package let path: String
    private let time: any TimeSource
    private let environment: [String: String]

    /// Names the journal and touches nothing; `environment` may say where its key lies.
    package init(journal path: String, environment: [String: String], time: any TimeSource) {
        self.path = path
        self.environment = environment
        self.time = time
    }

    /// Whether a journal is there, whatever is in it.
    package var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// Makes the journal with the opening in it, whole or not at all; fails when there is one.
    ///
    /// `traffic` is asked which processes of the balancer count now.
    package func begin(
        _ plan: Plan,
        run: RunID,
        at traffic: any TrafficProvider
    ) async throws {
        let processes = await traffic.processes(of: plan)
        let journal = try await JournalSQLite.create(at: path, run: run, time: time) { draft in
            try await RunLoop.open(plan, run: run, countedBy: processes, in: draft)
        }
        try journal.close()
    }

    /// Where the run stands; other processes may drive it meanwhile.
    package func state() async throws -> RunState {
        try RunState(records: try await records())
    }

    /// The whole history.
    package func records() async throws -> [JournalRecord] {
        let journal = try JournalSQLite.open(at: path, for: .watching, time: time)
        let records = try await journal.load()
        try journal.close()
        return records
    }

    /// What its records up to this one come to; nil where it has no such record.
    package func hash(at sequence: Int) async throws -> String? {
        let journal = try JournalSQLite.open(at: path, for: .watching, time: time)
        let hash = try await journal.hash(at: sequence)
        try journal.close()
        return hash
    }

    /// Which process of this machine drives the run now; nil when none does.
    package func driver() throws -> String? { try JournalSQLite.driver(of: path) }

    /// Puts a command into the inbox, for whoever drives now or next.
    package func submit(_ command: RunCommand) async throws {
        let journal = try JournalSQLite.open(at: path, for: .commanding, time: time)
        try await journal.submit(command)
        try journal.close()
    }

    /// Writes down the steps of a lane that were made anew; refused while somebody drives.
    package func replan(_ lane: Lane, _ steps: [Step]) async throws {
        let journal = try JournalSQLite.open(at: path, for: .driving, time: time)
        let records = try await journal.load()
        var state = try RunState(records: records)
        let entry = JournalEntry.replanned(lane: lane, steps: steps)
        try state.apply(entry)
        _ = try await journal.append([entry], after: records.count, epoch: state.epoch)
        try journal.close()
    }

    /// Drives as far as the run goes by itself, or until `stop` is requested.
    ///
    /// `around` puts something between the run and the world, to rehearse what can go wrong there.
    package func drive(
        _ access: MigrationAccess,
        until stop: StopRequest,
        settings: RunSettings = RunSettings(),
        crashPoints: any CrashPoints = NoCrashPoints(),
        around: @Sendable (MigrationWorld) -> MigrationWorld = { $0 },
        report: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> RunExit {
        let journal = try JournalSQLite.open(at: path, for: .driving, time: time)
        let state = try RunState(records: try await journal.load())
        let sealing = SealedBeforeImages(keyPath: keyPath, run: state.run)
        let loop = RunLoop(
            RunEnvironment(
                world: around(access.world(sealing: sealing)),
                journal: journal,
                leases: access.leases(of: state.plan.name),
                time: time,
                driver: DriverIdentity(journal: path).text,
                breakGlass: access.plainCommands.map {
                    BreakGlassFile(journal: path, words: $0)
                },
                crashPoints: crashPoints,
                fence: access.fence,
                report: report
            ),
            settings: settings
        )
        let exit = await loop.run(until: stop)
        try journal.close()
        return exit
    }

    private var keyPath: String { KeyFile.path(journal: path, environment: environment) }
}
