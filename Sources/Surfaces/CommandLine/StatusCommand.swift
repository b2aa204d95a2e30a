import ArgumentParser
import Clocks
import Composition
import Control
import Foundation
import JSONValues
import MigrationEngine
import MigrationFile
import MigrationModel

/// `diolkos status`: where a run stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say where a run stands, whoever drives it.",
        discussion: """
            With --explain it says as well what the run waits for, what was seen of it, since when, \
            and which commands a person can give now. For that it looks at the sites, and changes \
            nothing.
            """
    )

    @OptionGroup var options: MigrationOptions

    @Option(name: [.customShort("o"), .long], help: "text or json.")
    var output: OutputForm = .text

    @Flag(help: "Say what it waits for, and what can be done.")
    var explain = false

    func run() async throws {
        try await guarded {
            guard options.run.exists else {
                let unbegun = UnbegunStatus(migration: try options.migration().name)
                let explanation = RunExplanation(
                    unbegunWith: options.words,
                    hasPlan: FileManager.default.fileExists(atPath: options.planPath)
                )
                tell(unbegun.text(file: options.file), unbegun.json, explanation)
                return
            }
            let records = try await options.run.records()
            let state = try RunState(records: records)
            let report = StatusReport(state, records: records)
            guard explain else { return tell(report.text, report.json, nil) }
            let seen = try await seenAtSites(state)
            let explanation = RunExplanation(
                state,
                records: records,
                driver: try options.run.driver(),
                arguments: options.words,
                looks: seen.looks,
                lease: seen.lease,
                now: SystemTime().wallTime
            )
            tell(report.text, report.json, explanation)
        }
    }

    /// Where the sites cannot be reached, the journal tells what it can.
    private func seenAtSites(
        _ state: RunState
    ) async throws -> (looks: [StepID: [String]], lease: LeaseLook) {
        do {
            let (migration, run) = (try options.migration(), options.run)
            return try await options.withAccess(to: migration) { access in
                (await RunLook(access).look(at: state), try await LeaseLook(run, at: access))
            }
        } catch {
            Output.problem("The sites were not asked: \(error)")
            return ([:], LeaseLook())
        }
    }

    private func tell(_ text: String, _ json: JSON, _ explanation: RunExplanation?) {
        let explanation = explain ? explanation : nil
        switch output {
        case .text: Output.line(text + (explanation?.text ?? ""))
        case .json:
            var json = json
            if let explanation { json["explanation"] = explanation.json }
            Output.line(json.text(.indented))
        }
    }
}
