import ArgumentParser
import Composition
import MigrationEngine
import MigrationModel
import MigrationPorts

/// An order to a run: it goes into the journal's inbox, for whoever drives now.
///
/// Where nobody drives, the one who gives the order does; a pause needs no driver.
protocol InboxCommand: AsyncParsableCommand {
    /// The word of the command.
    static var word: String { get }
    /// What it does, for `--help`.
    static var meaning: String { get }
    /// What it does in full; empty where `meaning` says it all.
    static var details: String { get }
    /// What is put into the inbox, for a run that stands there.
    func order(to state: RunState) throws -> RunCommand
    var options: MigrationOptions { get }
    /// Tells what the order will do, before it is given.
    func announce(_ order: RunCommand, to state: RunState)
}

extension InboxCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: word, abstract: meaning, discussion: details)
    }

    static var details: String { "" }

    func announce(_ order: RunCommand, to state: RunState) {}

    func run() async throws {
        try await guarded {
            let state = try await options.run.state()
            let order = try order(to: state)
            if let refusal = state.refusal(of: order) {
                throw InputProblem(
                    "\(Self.word) is refused: \(refusal); nothing was changed"
                )
            }
            let migration = try options.migration()
            announce(order, to: state)
            try await options.run.submit(order)
            if order == .pause {
                Output.line("Asked for a pause; `diolkos resume` goes on.")
                return
            }
            do {
                let exit = try await options.withAccess(to: migration) { access in
                    try await Driving(options: options, jsonLines: false).drive(access)
                }
                if let code = exit.code { throw code }
            } catch JournalError.fenced(let holder) {
                let word = order == .rollbackNow ? order.rawValue : Self.word
                Output.line("Asked the driver to \(word): \(holder).")
            }
        }
    }
}

/// `diolkos pause`.
struct PauseCommand: InboxCommand {
    static let word = "pause"
    static let meaning = "Let the steps under way end and begin no more."

    @OptionGroup var options: MigrationOptions

    func order(to state: RunState) -> RunCommand { .pause }
}

/// `diolkos resume`.
struct ResumeCommand: InboxCommand {
    static let word = "resume"
    static let meaning = "Go on after a pause, and try again what failed."

    @OptionGroup var options: MigrationOptions

    func order(to state: RunState) -> RunCommand { .resume }
}

/// `diolkos rollback`.
struct RollbackCommand: InboxCommand {
    static let word = "rollback"
    static let meaning = "Carry everything back, through the same gates."
    static let details = """
        With --now all traffic goes back first, in seconds: every route at once, as soon as the \
        source has its pods again, and without the soak of the ramp. What that needs is said before \
        it is done. Names, replicas and copies follow in the usual order. It can be asked for while \
        a rollback is under way.
        """

    @OptionGroup var options: MigrationOptions

    @Flag(help: "Give all traffic back before anything else.")
    var now = false

    func order(to state: RunState) -> RunCommand { now ? .rollbackNow : .rollback }

    func announce(_ order: RunCommand, to state: RunState) {
        guard now else { return }
        let steps = state.stepsThatGoBackFirst
        for step in steps.feeders { Output.line("First: \(step.undoSummary) (\(step.id))") }
        let count = steps.routes.count
        Output.line(
            count == 0
                ? "No route leads to the target, or can be given back ahead of the rest."
                : "Then at once: \(count == 1 ? "1 route" : "\(count) routes") back to the source."
        )
    }
}

/// `diolkos finish`.
struct FinishCommand: InboxCommand {
    static let word = "finish"
    static let meaning = "Remove what is left at the source. From then on there is no way back."

    @OptionGroup var options: MigrationOptions

    func order(to state: RunState) -> RunCommand { .finish }
}
