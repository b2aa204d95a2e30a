import EmbeddedSites
import MigrationModel
import MigrationPorts

/// The balancer as one process of a simulation speaks to it.
struct DriverTraffic: TrafficProvider {
    let balancer: SimulatedBalancer
    let call: DriverCall

    func routes() async throws(ProviderError) -> [RouteID] {
        try await call("GET", "/routes") { [balancer] _ in balancer.routes }
    }

    func requestedWeight(of route: RouteID) async throws(ProviderError) -> RequestedWeight {
        let (percent, process) = try await call("GET", "/routes/\(route)") { [balancer] _ in
            (balancer.requestedPercents[route], balancer.process)
        }
        guard let percent, let weight = Weight(percent: percent) else { throw unknown(route) }
        return RequestedWeight(weight: weight, native: "target=\(percent)", process: process)
    }

    func setWeight(_ weight: Weight, on route: RouteID) async throws(ProviderError) {
        try await change(weight.percent, route)
    }

    func restore(_ requested: RequestedWeight, on route: RouteID) async throws(ProviderError) {
        guard requested.native.hasPrefix("target="),
            let percent = Int(requested.native.dropFirst(7))
        else { throw .rejected(reason: "\(requested.native) was never a weight of \(route)") }
        try await change(percent, route)
    }

    func counters(of route: RouteID) async throws(ProviderError) -> RouteCounters {
        let counters = try await call("GET", "/routes/\(route)") { [balancer] _ in
            balancer.counters(of: route)
        }
        guard let counters else { throw unknown(route) }
        return counters
    }

    func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole? {
        let site = try await call("GET", "/probe/\(route)") { [balancer] _ in
            balancer.probe(route, path: path)
        }
        return site.flatMap { SiteRole(rawValue: $0.rawValue) }
    }

    private func change(_ percent: Int, _ route: RouteID) async throws(ProviderError) {
        let isKnown = try await call("PUT", "/routes/\(route)") {
            [call, balancer] isLate in
            call.watch.willMove(route, by: call.incarnation, isLate: isLate)
            return balancer.request(percent, on: route)
        }
        guard isKnown else { throw unknown(route) }
    }

    private func unknown(_ route: RouteID) -> ProviderError {
        .rejected(reason: "the balancer knows no route \(route)")
    }
}
