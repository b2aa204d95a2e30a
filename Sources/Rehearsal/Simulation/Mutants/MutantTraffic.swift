import MigrationModel
import MigrationPorts

/// A balancer's provider with one bug.
struct MutantTraffic: TrafficProvider {
    let base: any TrafficProvider
    let mutant: Mutant

    func routes() async throws(ProviderError) -> [RouteID] { try await base.routes() }

    func requestedWeight(of route: RouteID) async throws(ProviderError) -> RequestedWeight {
        try await base.requestedWeight(of: route)
    }

    func setWeight(_ weight: Weight, on route: RouteID) async throws(ProviderError) {
        try await base.setWeight(weight, on: route)
    }

    func restore(_ requested: RequestedWeight, on route: RouteID) async throws(ProviderError) {
        switch mutant {
        case .restoresNoWeight: return
        case .restoresConstantWeight: try await base.setWeight(.none, on: route)
        default: try await base.restore(requested, on: route)
        }
    }

    func counters(of route: RouteID) async throws(ProviderError) -> RouteCounters {
        var counters = try await base.counters(of: route)
        switch mutant {
        case .trustsAcceptedWeight:
            let percent = try await base.requestedWeight(of: route).weight.percent
            let all = (counters.source.requests + counters.target.requests) * 1_000
            counters.target.requests = all * percent / 100
            counters.source.requests = all - counters.target.requests
            counters.source.inFlight = percent == 100 ? 0 : counters.source.inFlight
            counters.target.inFlight = percent == 0 ? 0 : counters.target.inFlight
        case .overlooksConnections:
            counters.source.inFlight = 0
            counters.target.inFlight = 0
        case .overlooksReloads: counters.process = nil
        case .overlooksFailures:
            counters.source.failures = 0
            counters.target.failures = 0
        default: break
        }
        return counters
    }

    func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole? {
        try await base.probe(route, path: path)
    }
}
