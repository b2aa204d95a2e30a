import Clocks
import Foundation
import MigrationModel
import MigrationPorts
import Testing

/// A real store at two sites, the program that moves it, and somebody who writes all the time.
protocol StorePair: Sendable {
    /// What its program is called in docs/examples.
    static var program: String { get }
    var shell: Shell { get }
    var writer: StoreWriter { get }
    /// What the program finds in its environment beside `PATH`.
    var variables: [String: String] { get }
    /// The numbers that a site has; in the order in which they came.
    func numbers(at site: SiteRole) async throws -> [Int]
}

extension StorePair {
    static var examples: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/examples").standardized.path
    }

    /// The variables, as a script sets them.
    var exports: String { Self.exports(variables) }

    private static func exports(_ variables: [String: String]) -> String {
        variables.map { "export \($0.key)=\(ShellWord.quoted($0.value))\n" }.sorted().joined()
    }

    /// What the program writes when it is called by itself, and its exit code.
    func call(
        _ verb: String,
        _ site: SiteRole,
        _ more: [String: String] = [:]
    ) async throws -> (code: Int32, text: String) {
        let program = "\(Self.examples)/\(Self.program)"
        let command = "timeout --kill-after=1 15 \(program) \(verb) \(site) 2>>errors"
        let end = try await shell.bash(
            "cd \(shell.folder.path)\n\(exports)\(Self.exports(more))\(command)\n"
        )
        return (end.code, end.text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Waits until something can be seen of the copies, and says so where it never can.
    func waitUntil(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let time = SystemTime()
        let deadline = time.uptime + .seconds(20)
        while try await !isSo() {
            guard time.uptime < deadline else {
                Issue.record("not seen in 20 s: \(what)")
                return
            }
            try await time.sleep(for: .milliseconds(100))
        }
    }
}
