import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Looks once whether a condition of this site holds.
struct ConditionChecker: Sendable {
    let access: SiteAccess
    let entry: EntryProber?
    let tls: SiteTLS

    func check(
        _ condition: Condition,
        replicas: Int?
    ) async throws(ProviderError) -> ConditionState {
        switch condition {
        case .ready(_, let workload, .atLeast(let count)):
            return try await ready(workload, count)
        case .ready(_, let workload, .asRequested):
            return try await ready(workload, replicas ?? 1)
        case .endpoints(_, let service, let kind): return try await endpoints(service, kind)
        case .bridgedOnly(_, let service): return try await bridgedOnly(service)
        case .bridgesAnswer(_, let trial):
            return try await BridgeTrialJob(access: access, trial: trial).state()
        case .listens(_, let listener):
            return try await ListenerOpening(access: access, listener: listener).state()
        case .linkCarries(_, let transfer):
            return try await TransferTrialJob(access: access, transfer: transfer).state()
        case .trusted(_, let look):
            return try await CertificateTrial(access: access, tls: tls, look: look).state()
        case .probeSucceeded(_, let probe):
            return try await ProbeRun(access: access, probe: probe).state()
        case .answersThroughLocalName(_, let service, let probe):
            return try await answers(service, probe)
        case .answersThroughEntry(_, let host, let probe):
            guard let entry else {
                throw .rejected(
                    reason: "nothing is known of the entry of \(access.context); state it as "
                        + "`spec.\(access.site.rawValue).entry`"
                )
            }
            return try await entry.answers(host: host, probe: probe)
        case .gone(_, let workload): return try await gone(workload)
        case .ordinalGone(_, let workload, let ordinal):
            return try await OrdinalPods(access: access, workload: workload).isGone(ordinal)
        case .deployedAsPlanned(_, let workload, let template):
            return try await deployedAsPlanned(workload, template)
        case .configuredAsCopied(_, let workload, let configuration):
            return try await ConfigurationLook(access: access, workload: workload)
                .state(configuration)
        case .keptAsMade(_, let workload, let countsPods):
            return try await MadeWorkload(access: access, workload: workload)
                .state(countsPods: countsPods)
        case .deploysRefused(_, let workload, let isRefused):
            return try await DeployTrial(access: access, workload: workload)
                .state(isRefused: isRefused)
        case .betweenTicks: return betweenTicks
        case .jobsEnded(_, let namespaces): return try await jobsEnded(namespaces)
        case .share, .store, .settled, .metric, .smoke, .sameAnswers:
            preconditionFailure("the engine asks others about these")
        }
    }

    private func deployedAsPlanned(
        _ workload: WorkloadID,
        _ template: String
    ) async throws(ProviderError) -> ConditionState {
        let now = PodTemplate(of: try await access.get(workload.reference))
        guard now.digest != template else { return .holds }
        let who = now.deployer.map { " by \($0)" } ?? ""
        throw .drift(
            reason:
                "\(workload) was deployed anew at \(access.context)\(who), while it crosses. What "
                + "is at the other site runs what the plan saw; `diolkos plan --again "
                + "\(workload.namespace)/\(workload.name)` takes what is there now"
        )
    }

    private func ready(
        _ workload: WorkloadID,
        _ count: Int
    ) async throws(ProviderError) -> ConditionState {
        let found = try await access.get(workload.reference)
        let seen = found.at("status", "observedGeneration")?.int ?? 0
        let ready = found.at("status", "readyReplicas")?.int ?? 0
        guard seen >= found.generation ?? 0 else {
            return .waiting(seen: "\(workload) is not yet taken up by its controller")
        }
        if workload.isDaemonSet { return readyAtNodes(workload, found) }
        guard ready >= count else {
            return .waiting(seen: "\(workload) has \(ready) of \(count) replicas ready")
        }
        return .holds
    }

    private func readyAtNodes(_ workload: WorkloadID, _ found: JSON) -> ConditionState {
        let wanted = found.at("status", "desiredNumberScheduled")?.int ?? 0
        let ready = found.at("status", "numberReady")?.int ?? 0
        guard ready >= wanted else {
            return .waiting(seen: "\(workload) is ready at \(ready) of \(wanted) nodes")
        }
        return .holds
    }

    private func endpoints(
        _ service: ServiceName,
        _ kind: EndpointKind
    ) async throws(ProviderError) -> ConditionState {
        let slices = try await EndpointSlices(access: access, service: service).read()
        let count = slices.filter { Bridge.isBridge($0) == (kind == .bridge) }
            .map(EndpointSlices.readyCount).reduce(0, +)
        guard count > 0 else {
            return .waiting(seen: "\(service) has no ready \(kind.rawValue) endpoint")
        }
        return .holds
    }

    private func bridgedOnly(_ service: ServiceName) async throws(ProviderError) -> ConditionState {
        let found = try await access.get(.service(service))
        guard (found.at("spec", "selector")?.stringMap ?? [:]).isEmpty else {
            return .waiting(seen: "\(service) selects its own pods at \(access.context)")
        }
        let slices = try await EndpointSlices(access: access, service: service).read()
        let own = slices.filter { !Bridge.isBridge($0) }
            .reduce(0) { $0 + EndpointSlices.readyCount(in: $1) }
        guard own == 0 else {
            return .waiting(
                seen: "\(service) still leads to \(own) endpoints of \(access.context)"
            )
        }
        return try await endpoints(service, .bridge)
    }

    /// Asks through the API server's service proxy, which needs nothing but access to the API.
    private func answers(
        _ service: ServiceName,
        _ probe: ProbeShape
    ) async throws(ProviderError) -> ConditionState {
        let local = service.isLocalName ? service : service.localName
        let found = try await access.get(.service(local))
        let ports = portsToAsk(of: found)
        guard !ports.isEmpty else {
            throw .drift(reason: "Service \(local) at \(access.context) has no port")
        }
        let client = access.client.answering(within: .milliseconds(probe.timeoutMilliseconds))
        for port in ports {
            let path =
                "/api/v1/namespaces/\(local.namespace)/services/\(local.name):\(port)/proxy"
                + probe.path
            for _ in 0..<probe.successesMin {
                do {
                    _ = try await client.request("GET", path: path)
                } catch {
                    guard let status = error.status else {
                        throw access.providerError(error, isWrite: false)
                    }
                    // An answer below 500 that is none of the proxy's own is the workload's.
                    if status.code < 500, status.reason.isEmpty { continue }
                    return .waiting(
                        seen: "\(local) answered \(status.code) at port \(port): \(status.message)"
                    )
                }
            }
        }
        return .holds
    }

    /// Every port that is said to speak HTTP; where none is, the first.
    private func portsToAsk(of service: JSON) -> [Int] {
        let ports = service.at("spec", "ports")?.array ?? []
        let speaking = ports.filter { port in
            guard (port["protocol"]?.string ?? "TCP") == "TCP" else { return false }
            if let spoken = port["appProtocol"]?.string { return spoken == "http" }
            let name = port["name"]?.string ?? ""
            return name == "http" || name.hasPrefix("http-") || name == "web"
        }
        return (speaking.isEmpty ? Array(ports.prefix(1)) : speaking).compactMap { $0["port"]?.int }
    }

    /// Only pods that run count, and only those that going to zero takes away.
    ///
    /// One that was evicted or has ended runs nothing and stays until somebody collects it; one that
    /// merely bears the labels belongs to somebody else.
    private func gone(_ workload: WorkloadID) async throws(ProviderError) -> ConditionState {
        guard let found = try await access.find(workload.reference) else { return .holds }
        if workload.isCronJob {
            let jobs = try await CronTicks(access: access, workload: workload).jobs(of: found)
            return ended(jobs.filter { !$0.isJobFinished }, of: "\(workload)")
        }
        let pods = try await WorkloadPods(access: access, workload: workload, found: found).read()
        guard pods.isEmpty else {
            return .waiting(seen: "\(workload) still has \(pods.count) pods")
        }
        return .holds
    }

    /// Every tick lies at the beginning of a minute, whatever the schedule and its time zone; so all of
    /// them are far in the middle of one.
    private var betweenTicks: ConditionState {
        let nanoseconds = access.time.wallTime.nanosecondsSinceEpoch
        let second = (nanoseconds / 1_000_000_000) % 60
        guard ConditionChecker.secondsBetweenTicks.contains(second) else {
            return .waiting(seen: "a minute begins at \(access.context), and CronJobs with it")
        }
        return .holds
    }

    /// Clocks of machines may differ by ten seconds, and a controller may be slow by as much.
    private static let secondsBetweenTicks: ClosedRange<Int64> = 15...45

    private func jobsEnded(_ namespaces: [String]) async throws(ProviderError) -> ConditionState {
        var jobs: [JSON] = []
        for namespace in namespaces {
            let any = ObjectReference(
                apiVersion: "batch/v1",
                kind: "Job",
                namespace: namespace,
                name: ""
            )
            jobs += try await access.list(any).filter {
                $0.isJobUnderWay && Marks.run(of: $0) == nil
            }
        }
        return ended(jobs, of: access.context)
    }

    private func ended(_ jobs: [JSON], of whom: String) -> ConditionState {
        guard !jobs.isEmpty else { return .holds }
        let names = jobs.map(\.namespacedName).sorted()
        let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
        return .waiting(
            seen: "Job \(names.prefix(3).joined(separator: ", "))\(rest) of \(whom) has not ended"
        )
    }
}
