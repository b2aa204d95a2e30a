import ArgumentParser
import Composition
import Control
import JSONValues
import MigrationEngine
import MigrationFile

/// `diolkos status`: where a run stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say where a run stands, whoever drives it."
    )

    @OptionGroup var options: MigrationOptions

    @Option(name: [.customShort("o"), .long], help: "text or json.")
    var output: OutputForm = .text

    func run() async throws {
        try await guarded {
            guard options.run.exists else {
                let unbegun = UnbegunStatus(migration: try options.migration().name)
                tell(unbegun.text(file: options.file), unbegun.json)
                return
            }
            let records = try await options.run.records()
            let report = StatusReport(try RunState(records: records), records: records)
            tell(report.text, report.json)
        }
    }

    private func tell(_ text: String, _ json: JSON) {
        switch output {
        case .text: Output.line(text)
        case .json: Output.line(json.text(.indented))
        }
    }
}
