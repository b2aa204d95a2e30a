import HAProxyRuntime
import MigrationPorts

/// The CLI of HAProxy's master process, over which workers answer that were replaced at a reload.
struct HAProxyMaster: Sendable {
    let runtime: HAProxyRuntime

    /// What all workers but one have in flight at the two sites of a backend.
    ///
    /// `process` is the one that was asked over its own socket. A worker whose configuration has not the
    /// backend, or not a server of it, has nothing there.
    func inFlight(
        of backend: RouteNaming.Backend,
        beside process: String
    ) async throws(ProviderError) -> (source: Int, target: Int) {
        var sums = (source: 0, target: 0)
        for pid in try await workers(beside: process) {
            let rows = try await statistics(of: pid).servers(of: backend.name)
            func sum(_ servers: [String]) -> Int {
                servers.compactMap { rows[$0] }.map { $0.count("scur") + $0.count("qcur") }
                    .reduce(0, +)
            }
            sums.source += sum(backend.source)
            sums.target += sum(backend.target)
        }
        return sums
    }

    /// All its workers but the one that was asked over its own socket, which must be one of them.
    func workers(beside process: String) async throws(ProviderError) -> [Int] {
        let answer = try await ask("show proc")
        guard let workers = HAProxyWorkers(answer) else {
            throw .rejected(
                reason: "spec.traffic.haproxy.masterSocket is no master's: it answered `show proc` "
                    + "with \"\(HAProxyMaster.head(answer))\"; name what HAProxy was started with "
                    + "as -S"
            )
        }
        let answering = process.split(separator: "@").first.flatMap { Int($0) }
        guard workers.pids.contains(where: { $0 == answering }) else {
            // It may have ended since it answered; a master of another HAProxy never has it.
            throw .unavailable(
                reason: "process \(process), which answers at spec.traffic.haproxy.socket, is no "
                    + "worker of the master at masterSocket; name the two sockets of one HAProxy",
                retryAfter: nil
            )
        }
        return workers.pids.filter { $0 != answering }
    }

    /// What one of its workers shows; unavailable where that has ended meanwhile, and not the next time.
    private func statistics(of pid: Int) async throws(ProviderError) -> HAProxyStatistics {
        let answer = try await ask("@!\(pid) show stat")
        guard let statistics = HAProxyStatistics(answer) else {
            throw .unavailable(
                reason: "HAProxy's worker \(pid) answered `show stat` with "
                    + "\"\(HAProxyMaster.head(answer))\"",
                retryAfter: nil
            )
        }
        return statistics
    }

    /// A master keeps the connection open after its answer, as a worker does not, until it is told to quit.
    private func ask(_ command: String) async throws(ProviderError) -> String {
        do {
            return try await runtime.ask([command, "quit"])[0]
        } catch {
            throw error.whileReading
        }
    }

    private static func head(_ answer: String) -> String {
        answer.split(separator: "\n").first.map(String.init) ?? "nothing"
    }
}
