import HAProxyRuntime
import MigrationModel
import MigrationPorts

/// A backend as HAProxy showed it at one moment.
struct BackendReading {
    let rule: RouteNaming.Backend
    /// Which process showed it; nil where this HAProxy does not say.
    let process: String?
    private let servers: [String: HAProxyStatistics.Row]

    /// Algorithms that follow weights while they run; the others map requests to servers for good.
    private static let algorithmsDynamic: Set<String> = ["roundrobin", "leastconn", "random"]

    init(
        _ statistics: HAProxyStatistics,
        by process: String?,
        _ rule: RouteNaming.Backend,
        of route: RouteID
    ) throws(ProviderError) {
        self.rule = rule
        self.process = process
        guard let whole = statistics.backend(rule.name) else {
            throw .rejected(
                reason: "route \(route): HAProxy has no backend \(rule.name); add it, or name the "
                    + "right one in the migration file"
            )
        }
        // Shown from the level operator on; below it, an order is refused by its own text.
        if let algorithm = whole["algo"], !BackendReading.algorithmsDynamic.contains(algorithm) {
            throw .rejected(
                reason:
                    "route \(route): backend \(rule.name) balances by \(algorithm), which does not "
                    + "follow weights while it runs; write `balance roundrobin`"
            )
        }
        servers = statistics.servers(of: rule.name)
        for name in rule.source + rule.target where servers[name] == nil {
            throw .rejected(
                reason: "route \(route): backend \(rule.name) has no server \(name); it has "
                    + servers.keys.sorted().joined(separator: ", ")
            )
        }
    }

    /// The rows of these servers, in their order.
    func rows(_ names: [String]) -> [HAProxyStatistics.Row] { names.compactMap { servers[$0] } }

    /// The weights that were asked for, whatever slow start makes of them.
    var weights: ServerWeights {
        ServerWeights(
            source: weights(of: rule.source),
            target: weights(of: rule.target)
        )
    }

    private func weights(of names: [String]) -> [ServerWeights.Entry] {
        names.map { name in
            let row = servers[name]
            let column = row?["uweight"] == nil ? "weight" : "uweight"
            return ServerWeights.Entry(server: name, weight: row?.count(column) ?? 0)
        }
    }

    /// Whether the server takes new requests, as far as HAProxy checks it.
    static func isUp(_ row: HAProxyStatistics.Row) -> Bool {
        let status = row["status"] ?? ""
        return status.hasPrefix("UP") || status == "no check"
    }
}
