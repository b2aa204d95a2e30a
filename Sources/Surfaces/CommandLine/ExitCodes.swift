import ArgumentParser
import MigrationEngine
import MigrationModel

/// What the program's exit tells scripts; `diolkos --help` lists them.
enum ExitCodes {
    static let inputIsWrong = ExitCode(2)
    static let waitsForYou = ExitCode(3)
    static let fenced = ExitCode(4)
    static let journalUnusable = ExitCode(5)
    static let leaseUnreachable = ExitCode(6)
    static let stopped = ExitCode(130)
}

extension RunExit {
    /// Nil for success.
    var code: ExitCode? {
        switch self {
        case .closed, .waiting(.crossed): nil
        case .waiting: ExitCodes.waitsForYou
        case .stopped: ExitCodes.stopped
        case .fenced: ExitCodes.fenced
        case .leaseUnreachable: ExitCodes.leaseUnreachable
        case .journalFailed: ExitCodes.journalUnusable
        }
    }

    /// The last line of a run's output.
    var words: String {
        switch self {
        case .closed(.migrated): "Migrated."
        case .closed(.asItWasBefore): "Everything is as it was before."
        case .waiting(let reason): "Waiting for you: \(reason)."
        case .stopped: "Stopped after the steps under way; `diolkos run` goes on from here."
        case .fenced(let reason): "Not driven: \(reason)"
        case .leaseUnreachable(let reason):
            "Not driven on: \(reason). Nothing was undone; `diolkos run` goes on from here."
        case .journalFailed(let error):
            "\(error) Nothing more is begun. Steps that were under way may have happened, in whole "
                + "or in part: when the journal can be used again, `diolkos run` looks at them and "
                + "goes on from there."
        }
    }
}
