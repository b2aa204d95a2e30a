import ArgumentParser
import Rehearsing
import Simulation

/// How often, under which faults and in what world a migration is rehearsed.
struct RehearsalOptions: ParsableArguments {
    private static let schedulesMax = 1_000_000

    @Option(help: "How many runs under faults.")
    var schedules = 100

    @Option(help: "The seed of the first of them; each other one has the next.")
    var seed: UInt64 = 1

    @Option(
        help: """
            What may go wrong, separated by commas: \
            \(FaultOptions.Kind.words); `none` for nothing.
            """
    )
    var faults: String?

    @Option(help: "How many runs go on side by side.")
    var jobs = 2

    @Option(help: "How many milliseconds Service proxies and entries may be late at most.")
    var lag = 300

    @Option(help: "How many seconds a pod may take to start, beside its probe's initial delay.")
    var podStart = 5

    @Flag(help: "Print the journal of each run under faults.")
    var journal = false

    func validate() throws {
        guard (0...RehearsalOptions.schedulesMax).contains(schedules) else {
            throw ValidationError("--schedules takes a number up to a million.")
        }
        guard (1...64).contains(jobs) else {
            throw ValidationError("--jobs takes a number from 1 to 64.")
        }
        guard (1...3_600_000).contains(lag) else {
            throw ValidationError("--lag takes milliseconds, at least 1 and at most an hour.")
        }
        guard (1...3_600).contains(podStart) else {
            throw ValidationError("--pod-start takes seconds, at least 1 and at most an hour.")
        }
        _ = try kinds()
    }

    /// `command` rehearses the same, but for which seeds.
    func settings(command: String) throws -> RehearsalSettings {
        var settings = RehearsalSettings()
        settings.schedules = schedules
        settings.seed = seed
        settings.faults = try kinds()
        settings.threads = jobs
        settings.lagMax = .milliseconds(lag)
        settings.podStartMax = .seconds(podStart)
        settings.command = command
        settings.keepsJournals = journal
        return settings
    }

    /// What else must be typed for the same world and the same faults.
    var words: [String] {
        var words: [String] = []
        if let faults { words += ["--faults", faults] }
        let usual = RehearsalOptions.usual
        if lag != usual.lag { words += ["--lag", "\(lag)"] }
        if podStart != usual.podStart { words += ["--pod-start", "\(podStart)"] }
        return words
    }

    private static let usual = (lag: 300, podStart: 5)

    private func kinds() throws -> Set<FaultOptions.Kind> {
        do { return try FaultOptions.Kind.named(faults) } catch {
            throw ValidationError("\(error)")
        }
    }
}
