import ArgumentParser
import Composition
import MigrationEngine
import MigrationModel
import MigrationPorts

/// An order to a run: it goes into the journal's inbox, for whoever drives now.
///
/// Where nobody drives, the one who gives the order does; a pause needs no driver.
protocol InboxCommand: AsyncParsableCommand {
    static var order: RunCommand { get }
    /// What it does, for `--help`.
    static var meaning: String { get }
    var options: MigrationOptions { get }
}

extension InboxCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: order.rawValue, abstract: meaning)
    }

    func run() async throws {
        try await guarded {
            let state = try await options.run.state()
            if let refusal = state.refusal(of: Self.order) {
                throw InputProblem(
                    "\(Self.order.rawValue) is refused: \(refusal); nothing was changed"
                )
            }
            let migration = try options.migration()
            try await options.run.submit(Self.order)
            if Self.order == .pause {
                Output.line("Asked for a pause; `diolkos resume` goes on.")
                return
            }
            do {
                let exit = try await options.withAccess(to: migration) { access in
                    try await Driving(options: options, jsonLines: false).drive(access)
                }
                if let code = exit.code { throw code }
            } catch JournalError.fenced(let holder) {
                Output.line("Asked the driver to \(Self.order.rawValue): \(holder).")
            }
        }
    }
}

/// `diolkos pause`.
struct PauseCommand: InboxCommand {
    static let order = RunCommand.pause
    static let meaning = "Let the steps under way end and begin no more."

    @OptionGroup var options: MigrationOptions
}

/// `diolkos resume`.
struct ResumeCommand: InboxCommand {
    static let order = RunCommand.resume
    static let meaning = "Go on after a pause, and try again what failed."

    @OptionGroup var options: MigrationOptions
}

/// `diolkos rollback`.
struct RollbackCommand: InboxCommand {
    static let order = RunCommand.rollback
    static let meaning = "Carry everything back, through the same gates."

    @OptionGroup var options: MigrationOptions
}

/// `diolkos finish`.
struct FinishCommand: InboxCommand {
    static let order = RunCommand.finish
    static let meaning = "Remove what is left at the source. From then on there is no way back."

    @OptionGroup var options: MigrationOptions
}
