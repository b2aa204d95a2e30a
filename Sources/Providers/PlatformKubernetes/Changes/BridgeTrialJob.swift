import ConnectionTrials
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Tries bridges from inside the site that will use them, by a short Job.
///
/// Repeated: a Job of this step that is under way, or that reached everything, is left alone; one
/// that did not makes place for another. Undone: it is deleted if it is of this run.
struct BridgeTrialJob: ChangeMaker {
    /// A Job tries at most this many addresses; of more nodes, evenly spread ones are tried.
    private static let targetsMax = 120
    /// How often each address is dialled, where they are no more than this many: its pod gets a tenth of a
    /// processor, and what waits for that measures nothing.
    private static let samples = 7
    private static let measuredMax = 16

    let access: SiteAccess
    let trial: BridgeTrial

    private var own: OwnJob { OwnJob(access: access, reference: reference) }
    private var reference: ObjectReference { trial.reference }

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let attempts = try await attempts()
        let job: JSON? = attempts.isEmpty ? .none : connections(attempts).job
        return try await own.ensure(job, mark: mark) { (found) async throws(ProviderError) in
            if case .broken = try await state(of: found) { true } else { false }
        }
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        try await own.remove(mark: mark) { Marks.isMade($0, by: mark) }
    }

    /// How far the trial has come.
    ///
    /// A Job tells that by itself: what it tries is read anew only where there is none, or to name what it
    /// did not reach.
    func state() async throws(ProviderError) -> ConditionState {
        if let found = try await access.find(reference) { return try await state(of: found) }
        guard try await attempts().isEmpty else {
            return .waiting(seen: "\(reference) is not at \(access.context)")
        }
        return .holds
    }

    private func state(of job: JSON) async throws(ProviderError) -> ConditionState {
        let pods = try await own.pods(of: job)
        switch ConnectionTrial.outcome(job: job, pods: pods) {
        case .underWay(let seen): return .waiting(seen: "\(reference): \(seen)")
        case .failed(let reason):
            return .broken(seen: "\(reference) at \(access.context) \(reason)")
        case .done(let results):
            let unanswered = results.filter { !isReached($0) }
            guard unanswered.isEmpty else {
                return .broken(seen: lament(unanswered, try await attempts()))
            }
            return .measured(measured(results))
        }
    }

    private func isReached(_ result: ConnectionTrialOutcome.Result) -> Bool {
        result.isAnswered || trial.isOfLink && result.answer == .refused
    }

    /// How many places were reached, and what connecting took across the link.
    private func measured(_ results: [ConnectionTrialOutcome.Result]) -> JSON {
        // A name is answered by whichever of the places behind it its proxy takes.
        let across = results.filter { $0.target.host.first?.isNumber ?? false }
        let took = across.compactMap(\.answer.milliseconds).sorted()
        var measured: JSON = ["reached": .int(across.count)]
        if let least = took.first, let most = took.last {
            measured["millisecondsLeast"] = .int(least)
            measured["millisecondsMost"] = .int(most)
            measured["millisecondsMiddle"] = .int(took[took.count / 2])
        }
        return measured
    }

    private func lament(
        _ results: [ConnectionTrialOutcome.Result],
        _ attempts: [Attempt]
    ) -> String {
        let names = Dictionary(attempts.map { ($0.target, $0.meaning) }) { first, _ in first }
        let texts = results.map { result in
            result.target.text + (names[result.target].map { " (\($0))" } ?? "")
                + ": \(result.words)"
        }
        let shown = texts.prefix(8).joined(separator: ", ")
        let rest = texts.count > 8 ? " and \(texts.count - 8) more" : ""
        return
            "tried from \(trial.namespace) at \(access.context): \(shown)\(rest). Let pods there "
            + "reach \(trial.services[0].way.place) of \(access.other.context) (firewalls, security "
            + "groups, NetworkPolicies, routes), then run again"
            + (trial.isOfLink
                ? ". Nobody is behind these places yet: where your network drops instead of refusing "
                    + "what goes to nobody, write spec.bridges.link: later" : "")
    }

    // MARK: - What is tried

    /// One address, and what it is the address of.
    private struct Attempt {
        let target: ConnectionTarget
        let meaning: String
    }

    private func connections(_ attempts: [Attempt]) -> ConnectionTrial {
        // One connection alone may be slow for other reasons than the link.
        let samples = attempts.count <= BridgeTrialJob.measuredMax ? BridgeTrialJob.samples : 1
        return ConnectionTrial(
            namespace: trial.namespace,
            name: trial.job,
            image: trial.image,
            targets: attempts.map(\.target),
            manner: ConnectionTrial.Manner(samples: samples)
        )
    }

    /// Names behind which nobody is ready are left out: nobody could answer.
    private func attempts() async throws(ProviderError) -> [Attempt] {
        var names: [Attempt] = []
        var ends: [(name: ServiceName, end: BridgeEnd)] = []
        var other = OtherSite(from: access)
        for service in trial.services {
            let local = service.service.localName
            let ready = try await EndpointSlices(access: access.other, service: local).read()
                .reduce(0) { $0 + EndpointSlices.readyCount(in: $1) }
            guard ready > 0 || trial.isOfLink else { continue }
            var tried = service
            tried.ports = service.ports.filter { $0.transport == "TCP" }
            guard !tried.ports.isEmpty else { continue }
            ends.append((local, try await BridgeEnd.now(of: tried, at: &other)))
            guard trial.callsNames else { continue }
            let host = "\(service.service.name).\(trial.namespace)"
            names += tried.ports.map { port in
                Attempt(
                    target: ConnectionTarget(host: host, port: port.port),
                    meaning: "the name itself"
                )
            }
        }
        let portCount = ends.flatMap(\.end.parts).reduce(0) { $0 + $1.place.ports.count }
        guard portCount > 0 else { return [] }
        let countMax = max(1, (BridgeTrialJob.targetsMax - names.count) / portCount)
        let across = ends.flatMap { name, end in
            end.parts.flatMap { part in
                part.place.ports.filter { $0.transport == "TCP" }.map(\.number).sorted()
                    .flatMap { port in
                        BridgeTrialJob.spread(part.addresses, atMost: countMax).map { address in
                            Attempt(
                                target: ConnectionTarget(host: address, port: port),
                                meaning: "\(name.name) at \(access.other.context)"
                            )
                        }
                    }
            }
        }
        // Names may share the address and the port of an entry.
        var seen: Set<ConnectionTarget> = []
        return names + across.filter { seen.insert($0.target).inserted }
    }

    static func spread<Place>(_ addresses: [Place], atMost countMax: Int) -> [Place] {
        guard addresses.count > countMax else { return addresses }
        return (0..<countMax).map { addresses[$0 * addresses.count / countMax] }
    }
}

extension BridgeWay {
    /// What pods of the other site must be able to reach.
    var place: String {
        switch self {
        case .nodePorts: "the node ports"
        case .podAddresses: "the pods"
        case .loadBalancer: "the load balancers"
        case .entry: "the entry"
        }
    }
}
