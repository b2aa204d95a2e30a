import Clocks
import Foundation

/// Somebody who writes one number after another to whichever copy of a store accepts it.
final class StoreWriter: Sendable {
    private let process: Process
    private let path: String

    /// Writes by `command`, which takes the number `$n` to the copy at `$port` and ends well once it is accepted.
    ///
    /// No number is written twice, so what became of one that failed does not matter.
    init(in shell: Shell, ports: [Int], command: String) throws {
        path = shell.folder.appendingPathComponent("accepted").path
        let script = try shell.write(
            """
            n=0
            write() {
                \(command)
            }
            while :; do
                for port in \(ports.map(String.init).joined(separator: " ")); do
                    n=$((n + 1))
                    write 2>/dev/null && echo $n >>accepted
                done
                sleep 0.02
            done
            """,
            to: "writer.sh"
        )
        process = try shell.start("/bin/bash", [script])
    }

    /// The numbers that it was told are kept; in the order in which they were.
    var accepted: [Int] {
        get throws {
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                .compactMap { Int($0) }
        }
    }

    /// Gives a store that was just started its time.
    func waitUntilAccepted(_ count: Int) async throws {
        let time = SystemTime()
        let deadline = time.uptime + .seconds(20)
        while try accepted.count < count, time.uptime < deadline {
            try await time.sleep(for: .milliseconds(50))
        }
    }

    func end() { Shell.end(process) }
}
