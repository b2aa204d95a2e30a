import Clocks
import EmbeddedSites
import MigrationModel
import MigrationPorts

/// The balancer as one process of a simulation speaks to it.
struct DriverTraffic: TrafficProvider {
    let balancer: SimulatedBalancer
    let incarnation: Incarnation
    let fence: WriteFence
    let nemesis: any Nemesis
    let time: IncarnationTime
    let scheduler: Scheduler
    let latency: @Sendable () -> Duration
    let watch: RunWatch

    func routes() async throws(ProviderError) -> [RouteID] {
        try await call("GET", "/routes") { [balancer] _ in balancer.routes }
    }

    func requestedWeight(of route: RouteID) async throws(ProviderError) -> RequestedWeight {
        let percent = try await call("GET", "/routes/\(route)") { [balancer] _ in
            balancer.requestedPercents[route]
        }
        guard let percent, let weight = Weight(percent: percent) else { throw unknown(route) }
        return RequestedWeight(weight: weight, native: "target=\(percent)")
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
            [watch, incarnation, balancer] isLate in
            watch.willMove(route, by: incarnation, isLate: isLate)
            return balancer.request(percent, on: route)
        }
        guard isKnown else { throw unknown(route) }
    }

    private func unknown(_ route: RouteID) -> ProviderError {
        .rejected(reason: "the balancer knows no route \(route)")
    }

    private func call<Answer: Sendable>(
        _ method: String,
        _ path: String,
        _ effect: @escaping @Sendable (_ isLate: Bool) -> Answer
    ) async throws(ProviderError) -> Answer {
        await incarnation.pass(.beforeCall)
        let isWrite = method != "GET"
        if isWrite, let reason = fence.refusal {
            throw .unavailable(reason: reason, retryAfter: nil)
        }
        let fate = nemesis.fate(of: method, path, at: nil)
        watch.met(fate, isWrite: isWrite)
        switch fate {
        case .notSent, .refused:
            try await pass(latency(), isWrite: false)
            throw .unavailable(reason: "the balancer does not answer", retryAfter: nil)
        case .lost:
            try await pass(DriverTraffic.timeout, isWrite: isWrite)
            throw lost(isWrite)
        case .late(let delay):
            if isWrite { scheduler.after(DriverTraffic.timeout + delay) { _ = effect(true) } }
            try await pass(DriverTraffic.timeout, isWrite: isWrite)
            throw lost(isWrite)
        case .answered, .answerLost:
            // What was sent arrives, whatever becomes of the process that sent it.
            let reply = Reply<Answer>()
            scheduler.after(latency()) { reply.give(effect(false)) }
            let answer = await reply.take()
            await incarnation.pass(.afterCall)
            if fate == .answerLost {
                try await pass(DriverTraffic.timeout, isWrite: isWrite)
                throw lost(isWrite)
            }
            try await pass(latency(), isWrite: isWrite)
            return answer
        }
    }

    /// How long an answer is waited for.
    private static let timeout = Duration.seconds(5)

    private func lost(_ isWrite: Bool) -> ProviderError {
        isWrite
            ? .unknown(reason: "the balancer did not answer")
            : .unavailable(reason: "the balancer did not answer", retryAfter: nil)
    }

    private func pass(_ duration: Duration, isWrite: Bool) async throws(ProviderError) {
        do {
            try await time.sleep(for: duration)
        } catch {
            throw lost(isWrite)
        }
    }
}
