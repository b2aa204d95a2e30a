import Foundation
import HTTPTransport
import KubernetesAPI
import MigrationFile
import MigrationModel
import Verification

extension Connector {
    /// Who looks at what the file wants to be looked at.
    func verifier(
        _ file: MigrationFile,
        source: SiteConnection,
        target: SiteConnection
    ) throws -> SiteVerifier {
        var metrics: [String: PrometheusQuery] = [:]
        for rule in file.gates {
            let url = try HTTPBaseURL(parsing: rule.metric.url)
            let (token, variables) = (rule.token, environment.variables)
            metrics[rule.metric.name] = PrometheusQuery(
                transport: try transport(to: url.origin),
                pathPrefix: url.pathPrefix
            ) {
                try token?.read(variables)
            }
        }
        var entries: [SiteRole: any HTTPTransport] = [:]
        entries[.source] = source.entry
        entries[.target] = target.entry
        var variables = environment.variables
        variables["DIOLKOS_CONTEXT"] = file.target.context
        variables["DIOLKOS_ENTRY"] = file.target.entry
        let programs = ProbePrograms(variables: variables, directory: directory, time: time)
        return SiteVerifier(metrics: metrics, entries: entries, programs: programs)
    }
}

/// Why there is no token.
private struct TokenProblem: Error, CustomStringConvertible {
    let description: String
}

extension TokenSource {
    /// A token is some kilobytes.
    private static let sizeMax = 64 << 10

    /// Reads it anew each time, for whoever renews it.
    fileprivate func read(_ variables: [String: String]) throws -> Secret<String> {
        switch self {
        case .variable(let name):
            guard let text = variables[name], !text.isEmpty else {
                throw TokenProblem(description: "the environment has no \(name)")
            }
            return Secret(text)
        case .file(let path):
            guard let bytes = FileManager.default.contents(atPath: path),
                bytes.count <= TokenSource.sizeMax
            else { throw TokenProblem(description: "\(path) cannot be read as a token") }
            let text = String(decoding: bytes, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            guard !text.isEmpty else { throw TokenProblem(description: "\(path) is empty") }
            return Secret(text)
        }
    }
}
