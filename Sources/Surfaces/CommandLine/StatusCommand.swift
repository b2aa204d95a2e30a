import ArgumentParser
import Composition
import Control
import JSONValues
import MigrationEngine

/// `diolkos status`: where a run stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say where a run stands, whoever drives it."
    )

    enum Form: String, ExpressibleByArgument {
        case text
        case json
    }

    @OptionGroup var options: MigrationOptions

    @Option(name: [.customShort("o"), .long], help: "text or json.")
    var output: Form = .text

    func run() async throws {
        try await guarded {
            let records = try await options.run.records()
            let report = StatusReport(try RunState(records: records), records: records)
            switch output {
            case .text: Output.line(report.text)
            case .json: Output.line(report.json.text(.indented))
            }
        }
    }
}
