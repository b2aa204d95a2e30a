import HAProxyRuntime
import HTTPTransport
import MigrationModel
import MigrationPorts
import Synchronization

/// Moves traffic by the weights of a HAProxy's servers, over its runtime API.
///
/// HAProxy has no precondition for a change, and forgets at a reload what was set at run time:
/// docs/haproxy.md says how both are made up for.
package final class TrafficHAProxy: TrafficProvider {
    private let runtime: HAProxyRuntime
    private let master: HAProxyMaster?
    private let naming: RouteNaming
    private let stateFile: ServerStateFile?
    private let prober: FrontProber?
    private let ledger = Mutex(CounterLedger())

    /// `front` leads to where HAProxy takes requests; without it, idle routes cannot be probed.
    ///
    /// `master` is the CLI of its master process; without it, what workers have that were replaced is
    /// counted by nobody.
    package init(
        runtime: HAProxyRuntime,
        master: HAProxyRuntime? = nil,
        naming: RouteNaming,
        stateFilePath: String? = nil,
        front: (any HTTPTransport)? = nil
    ) {
        self.runtime = runtime
        self.master = master.map(HAProxyMaster.init(runtime:))
        self.naming = naming
        stateFile = stateFilePath.map(ServerStateFile.init(path:))
        prober = front.map { FrontProber(front: $0, naming: naming) }
    }

    package func routes() async throws(ProviderError) -> [RouteID] {
        let (_, statistics) = try await look()
        return statistics.rows.filter { $0.server == "BACKEND" }
            .map { naming.route(ofBackend: $0.proxy) }
            .filter { route in
                let backend = naming.backend(of: route)
                let servers = statistics.servers(of: backend.name)
                return (backend.source + backend.target).allSatisfy { servers[$0] != nil }
            }
            .sorted()
    }

    package func requestedWeight(of route: RouteID) async throws(ProviderError) -> RequestedWeight {
        let backend = try await read(route)
        let weights = backend.weights
        guard let weight = weights.share else {
            throw .rejected(
                reason:
                    "route \(route): every server of backend \(backend.rule.name) has weight 0; "
                    + "give the source's servers a weight"
            )
        }
        return RequestedWeight(
            weight: weight,
            native: weights.text,
            process: master == nil ? backend.process : nil
        )
    }

    package func setWeight(_ weight: Weight, on route: RouteID) async throws(ProviderError) {
        let backend = try await read(route)
        try check(backend, canServe: weight)
        let wanted = ServerWeights(
            weight,
            source: backend.rule.source,
            target: backend.rule.target
        )
        try await apply(wanted, to: backend, of: route)
    }

    package func restore(
        _ requested: RequestedWeight,
        on route: RouteID
    ) async throws(ProviderError) {
        // The source must be up before it gets anything back. The target need not be: that it is
        // not may be why its weight goes back, and HAProxy leaves out who is down.
        let backend = try await read(route)
        guard
            let wanted = ServerWeights(
                requested.native,
                source: backend.rule.source,
                target: backend.rule.target
            )
        else {
            throw .rejected(
                reason:
                    "route \(route): the recorded weights \"\(requested.native)\" are not those "
                    + "of the servers of backend \(backend.rule.name)"
            )
        }
        if wanted.source.contains(where: { $0.weight > 0 }) {
            try check(backend, hasUp: .source)
        }
        try await apply(wanted, to: backend, of: route)
    }

    package func counters(of route: RouteID) async throws(ProviderError) -> RouteCounters {
        let backend = try await read(route)
        let process = try known(backend.process)
        var counters = ledger.withLock {
            $0.counters(
                of: route,
                process: process,
                source: backend.rows(backend.rule.source),
                target: backend.rows(backend.rule.target)
            )
        }
        guard let master else {
            counters.process = process
            return counters
        }
        let others = try await master.inFlight(of: backend.rule, beside: process)
        counters.source.inFlight += others.source
        counters.target.inFlight += others.target
        return counters
    }

    package func findings() async throws(ProviderError) -> [Finding] {
        guard let master else { return [.reloadsUncounted] }
        // Two sockets of different HAProxies would be found out in the middle of a crossing.
        let (info, _) = try await look()
        _ = try await master.workers(beside: try known(info.process))
        return []
    }

    package func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole? {
        guard let prober else { return nil }
        return try await prober.probe(route, path: path)
    }

    // MARK: - Reading

    private func ask(_ command: String) async throws(ProviderError) -> String {
        do {
            return try await runtime.ask(command)
        } catch {
            throw error.whileReading
        }
    }

    private func known(_ process: String?) throws(ProviderError) -> String {
        if let process { return process }
        throw .unavailable(reason: "HAProxy's `show info` names no Pid", retryAfter: nil)
    }

    /// Who answers, and what it shows.
    private func look() async throws(ProviderError) -> (HAProxyInfo, HAProxyStatistics) {
        let answers: [String]
        do {
            answers = try await runtime.ask(["show info", "show stat"])
        } catch {
            throw error.whileReading
        }
        guard let statistics = HAProxyStatistics(answers[1]) else {
            let line = answers[1].split(separator: "\n").first.map(String.init) ?? "nothing"
            throw .rejected(reason: "HAProxy answered `show stat` with \"\(line)\"")
        }
        return (HAProxyInfo(answers[0]), statistics)
    }

    private func read(_ route: RouteID) async throws(ProviderError) -> BackendReading {
        let rule = naming.backend(of: route)
        let names = [rule.name] + rule.source + rule.target
        guard names.allSatisfy(RouteNaming.isName) else {
            throw .rejected(
                reason:
                    "route \(route): its backend or a server of it has a name that HAProxy cannot "
                    + "have"
            )
        }
        let (info, statistics) = try await look()
        return try BackendReading(statistics, by: info.process, rule, of: route)
    }

    // MARK: - Changing

    /// Refuses a weight for a side that could not serve it.
    private func check(
        _ backend: BackendReading,
        canServe weight: Weight
    ) throws(ProviderError) {
        if weight < .all { try check(backend, hasUp: .source) }
        if weight > .none { try check(backend, hasUp: .target) }
    }

    /// Waits, so to speak, for HAProxy's own checks: a server that they hold down gets nothing,
    /// whatever its weight is.
    private func check(
        _ backend: BackendReading,
        hasUp site: SiteRole
    ) throws(ProviderError) {
        let servers = site == .source ? backend.rule.source : backend.rule.target
        guard !backend.rows(servers).contains(where: BackendReading.isUp) else { return }
        throw .unavailable(
            reason: "backend \(backend.rule.name): no server of the \(site.rawValue) is up "
                + "(\(servers.joined(separator: ", ")))",
            retryAfter: nil
        )
    }

    private func apply(
        _ wanted: ServerWeights,
        to backend: BackendReading,
        of route: RouteID
    ) async throws(ProviderError) {
        let before = backend.weights
        if wanted != before {
            do {
                try await runtime.order(
                    wanted.raisedFirst(from: before).map {
                        "set server \(backend.rule.name)/\($0.server) weight \($0.weight)"
                    }
                )
            } catch {
                throw try await judged(error, before, route)
            }
            let after = try await read(route).weights
            guard after == wanted else {
                throw .unknown(
                    reason: "route \(route): asked for \(wanted.text), read back \(after.text); "
                        + "somebody else writes these weights"
                )
            }
        }
        try await save()
    }

    /// A refusal may come after a part was done; only what is read back tells.
    private func judged(
        _ error: HAProxyRuntimeError,
        _ before: ServerWeights,
        _ route: RouteID
    ) async throws(ProviderError) -> ProviderError {
        guard case .refused(let text) = error else { return error.whileWriting }
        let after = try await read(route).weights
        return after == before
            ? .rejected(reason: "route \(route): HAProxy refused: \(text)")
            : .unknown(
                reason: "route \(route): HAProxy refused a part: \(text); the weights are now "
                    + after.text
            )
    }

    /// Writes down what a reload would lose, before the weight counts as set.
    private func save() async throws(ProviderError) {
        guard let stateFile else { return }
        let ticket = stateFile.ticket()
        let state = try await ask("show servers state")
        do {
            try stateFile.write(state, ticket)
        } catch {
            throw .unknown(
                reason:
                    "the weight is set, but a reload would lose it: \(stateFile.path) cannot be "
                    + "written (\(error))"
            )
        }
    }
}

extension HAProxyRuntimeError {
    var whileReading: ProviderError {
        switch self {
        case .notSent, .broken, .timedOut, .cancelled:
            .unavailable(reason: description, retryAfter: nil)
        case .refused, .notOneCommand: .rejected(reason: description)
        }
    }

    fileprivate var whileWriting: ProviderError {
        switch self {
        case .notSent: .unavailable(reason: description, retryAfter: nil)
        case .broken, .timedOut, .cancelled: .unknown(reason: description)
        case .refused, .notOneCommand: .rejected(reason: description)
        }
    }
}
