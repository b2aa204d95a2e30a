import ArgumentParser
import Composition
import MigrationEngine
import MigrationModel
import MigrationPorts

/// `diolkos pause`: lets the steps under way end and begins no more.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Let the steps under way end and begin no more."
    )

    @OptionGroup var options: MigrationOptions

    func run() async throws {
        try await guarded {
            let state = try await options.run.state()
            if let refusal = state.refusal(of: .pause) { throw InputProblem(refusal) }
            try await options.run.submit(.pause)
            Output.line("Asked the driver to pause; `diolkos resume` goes on.")
        }
    }
}

/// `diolkos resume`: goes on after a pause, and tries again what failed.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on after a pause, and try again what failed."
    )

    @OptionGroup var options: MigrationOptions

    func run() async throws { try await Ordering(options: options, command: .resume).run() }
}

/// `diolkos rollback`: carries everything back, through the same gates.
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Carry everything back, through the same gates."
    )

    @OptionGroup var options: MigrationOptions

    func run() async throws { try await Ordering(options: options, command: .rollback).run() }
}

/// `diolkos finish`: removes what is left at the source; from then on there is no way back.
struct FinishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finish",
        abstract: "Remove what is left at the source. From then on there is no way back."
    )

    @OptionGroup var options: MigrationOptions

    func run() async throws { try await Ordering(options: options, command: .finish).run() }
}

/// Gives an order, and drives if nobody else does.
struct Ordering {
    let options: MigrationOptions
    let command: RunCommand

    func run() async throws {
        try await guarded {
            let state = try await options.run.state()
            if let refusal = state.refusal(of: command) { throw InputProblem(refusal) }
            try await options.run.submit(command)
            let migration = try options.migration()
            do {
                let exit = try await options.withAccess(to: migration) { access in
                    try await Driving(options: options, jsonLines: false).drive(access)
                }
                if let code = exit.code { throw code }
            } catch JournalError.fenced(let holder) {
                Output.line("Asked the driver to \(command.rawValue): \(holder).")
            }
        }
    }
}
