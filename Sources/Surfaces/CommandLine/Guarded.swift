import ArgumentParser
import Composition
import Control
import KubernetesAPI
import KubernetesCopy
import MigrationEngine
import MigrationFile
import MigrationModel
import MigrationPlanning
import MigrationPorts
import Rehearsing

/// Runs a command and turns its errors into a message and an exit code.
func guarded(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let code as ExitCode {
        throw code
    } catch {
        Output.problem("\(error)")
        throw exitCode(of: error)
    }
}

private func exitCode(of error: any Error) -> ExitCode {
    switch error {
    case is MigrationFileError, is PlanningError, is PlanFormatError, is PlanShapeError,
        is KubeconfigError, is InputProblem, is CopyProblem, is TrafficMissing,
        is RehearsalProblem:
        ExitCodes.inputIsWrong
    case JournalError.fenced, is SiteInHands: ExitCodes.fenced
    case is JournalError: ExitCodes.journalUnusable
    default: .failure
    }
}
