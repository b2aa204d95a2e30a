import ArgumentParser
import Composition
import Foundation
import MigrationFile

/// How clusters are reached that are named by their contexts.
struct ClusterOptions: ParsableArguments {
    @Option(help: "The kubeconfig with the contexts. Default: the one that kubectl uses.")
    var kubeconfig: String?

    @Option(
        help: "A context whose server's certificate is NOT verified; see `diolkos plan --help`."
    )
    var insecureContext: [String] = []

    func address(_ context: String) -> SiteAddress {
        SiteAddress(context: context, kubeconfig: kubeconfig)
    }

    /// Connects clusters while `body` works with them; paths are relative to the current folder.
    func connected<Result>(_ body: (Connector) async throws -> Result) async throws -> Result {
        try await Connector.during(
            directory: FileManager.default.currentDirectoryPath,
            unverified: insecureContext,
            body
        )
    }
}
