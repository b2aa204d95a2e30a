import ArgumentParser
import Clocks
import Foundation
import MigrationModel
import Simulation

/// Runs seeded schedules of whole migrations in virtual time: see docs/robustness.md.
@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Migrates simulated sites under faults, seed after seed, and tells what broke."
    )

    /// Of so many schedules each mark is to be met.
    private static let meetsAll = 100

    @Option(help: "How many schedules.")
    var seeds = 100

    @Option(help: "The seed of the first schedule.")
    var first: UInt64 = 1

    @Option(
        help:
            "What is migrated: \(EstateDraw.name), which each seed draws, \(SimulatedEstates.names)."
    )
    var estate = EstateDraw.name

    @Option(help: "Which kinds of faults, separated by commas; `none` for none.")
    var faults: String?

    @Option(help: "Put this bug in, and see that it is found; `all` tries each.")
    var mutant: String?

    @Flag(
        help:
            "Go through every place for one fault, there and back: on the smallest estates, or on --estate."
    )
    var exhaustive = false

    @Option(help: "With --exhaustive: try each n-th place only, beginning at a drawn one.")
    var every = 1

    @Option(
        help: "How many schedules run side by side: as many as there are processors, unless told."
    )
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Print the journal of each schedule.")
    var journal = false

    @Flag(help: "Tell each schedule in a line.")
    var verbose = false

    func run() async throws {
        guard (1...64).contains(jobs) else {
            throw ValidationError("--jobs takes a number from 1 to 64")
        }
        let kinds = try faultKinds()
        if exhaustive {
            var enumeration = Enumeration(every: every, offset: Int(first), jobs: jobs)
            if let chosen = SimulatedEstates(rawValue: estate) {
                enumeration.estates = [(chosen, 1)]
            }
            if try await !enumeration.run() { throw ExitCode(1) }
            return
        }
        let time = SystemTime()
        let began = time.uptime
        guard let estates = try EstateDraw(named: estate) else {
            throw ValidationError("there is no estate \(estate): \(SimulatedEstates.names)")
        }
        let made = estates.estates.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\($0.key.rawValue) of \($0.value.plan.steps.count) steps" }
        print("\(made.joined(separator: ", ")), made in \((time.uptime - began).inSeconds) s")
        let batch = Batch(
            estates: estates,
            seeds: first..<(first + UInt64(seeds)),
            kinds: kinds,
            jobs: jobs
        )
        let isWell = mutant == nil ? await runSeeds(batch) : try await runMutants(batch)
        if !isWell { throw ExitCode(1) }
    }

    /// Whether no schedule broke a promise, and all was met that a batch must meet.
    ///
    /// Where chance left a mark unmet it goes on with the next seeds, for as many again at most.
    private func runSeeds(_ batch: Batch) async -> Bool {
        let time = SystemTime()
        let start = time.uptime
        var batch = batch
        var tally = BatchTally(batch.estates.estates)
        let mustMeet = seeds >= Simulate.meetsAll
        while true {
            await batch.run { seed, result in
                tally.count(result)
                if verbose { print(batch.line(seed, result)) }
                if !result.problems.isEmpty { batch.tell(seed, result) }
                if journal { tellJournal(result) }
                return true
            }
            guard mustMeet, !tally.missing.isEmpty, tally.schedules < 2 * seeds else { break }
            print("not yet met: \(tally.missing.map(\.rawValue).joined(separator: ", "))")
            batch.seeds = batch.seeds.upperBound..<(batch.seeds.upperBound + UInt64(seeds) / 4)
        }
        let seconds = (time.uptime - start).inSeconds
        let rate = Double(tally.schedules) / seconds
        print(
            "\(tally.schedules) schedules, \(tally.broken) broke a promise; \(seconds) s, "
                + "\(rate) schedules/s"
        )
        for line in tally.lines { print(line) }
        return tally.broken == 0 && (tally.missing.isEmpty || !mustMeet)
    }

    /// Whether every bug was found by one of the seeds.
    private func runMutants(_ batch: Batch) async throws -> Bool {
        var chosen = Mutant.allCases
        if let name = mutant, name != "all" {
            guard let one = Mutant(rawValue: name) else {
                throw ValidationError(
                    "there is no mutant \(name): \(chosen.map(\.rawValue).joined(separator: ", "))"
                )
            }
            chosen = [one]
        }
        var survivors: [Mutant] = []
        for mutant in chosen {
            var batch = batch
            batch.mutant = mutant
            if let estate = SimulatedEstates(toFind: mutant) {
                let made = try batch.estates.estates[estate] ?? estate.made()
                batch.estates = EstateDraw(made, as: estate)
            }
            var found: (UInt64, ScheduleResult)?
            // What cannot even migrate undisturbed is found without any fault.
            let undisturbed = Schedule(batch.estates[0].estate, seed: 0, of: [], mutant: mutant)
                .live()
            if !undisturbed.problems.isEmpty { found = (0, undisturbed) }
            if found == nil {
                await batch.run { seed, result in
                    if !result.problems.isEmpty, found == nil { found = (seed, result) }
                    return found == nil
                }
            }
            if let (seed, result) = found {
                print("\(mutant.rawValue): seed \(seed): \(result.problems[0])")
                if verbose {
                    for problem in result.problems.dropFirst() { print("    \(problem)") }
                }
                if journal { tellJournal(result) }
            } else {
                survivors.append(mutant)
                print("\(mutant.rawValue): ALIVE after \(seeds) seeds")
            }
        }
        print("\(chosen.count - survivors.count) of \(chosen.count) mutants killed")
        return survivors.isEmpty
    }

    private func faultKinds() throws -> Set<FaultOptions.Kind> {
        do { return try FaultOptions.Kind.named(faults) } catch {
            throw ValidationError("\(error)")
        }
    }

    private func tellJournal(_ result: ScheduleResult) {
        for record in result.records.dropFirst() {
            print("    \(record.sequence) [\(record.epoch)] \(record.entry)")
        }
    }
}
