import Clocks
import LoadGenerator

/// What became of requests from outside that were sent to these hosts while `body` ran.
func underLoad(
    of requestsPerSecond: Int,
    to hosts: [String],
    port: Int,
    time: any TimeSource,
    _ body: () async throws -> Void
) async throws -> LoadReport {
    let load = LoadGenerator(
        plan: LoadPlan(
            port: port,
            routes: hosts.map { LoadRoute(host: $0) },
            requestsPerSecond: requestsPerSecond
        ),
        time: time,
        phase: "load"
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await load.run() }
        try await body()
        group.cancelAll()
    }
    return load.report(of: "load")
}
