import JSONValues
import KubernetesAssessment
import KubernetesObjects
import MigrationFile
import MigrationModel

/// What crosses when, and what the link and the target carry meanwhile.
struct WaveSurvey {
    /// What crosses as one.
    private struct Lane {
        let lead: WorkloadID
        let workloads: [WorkloadID]
        let wave: Int
        let steps: [Step]
    }

    private let file: MigrationFile
    private let lanes: [Lane]
    private let calls: [(caller: String, callees: [WorkloadID])]
    private let requests: [WorkloadID: Requests]

    init(_ file: MigrationFile, _ plan: Plan, _ source: SiteInventory, _ objects: [JSON]) {
        self.file = file
        var order: [Phase: [WorkloadID]] = [:]
        var steps: [WorkloadID: [Step]] = [:]
        for step in plan.steps where step.phase == .cross {
            guard case .workload(let lead) = step.lane else { continue }
            if steps[lead] == nil { order[.cross, default: []].append(lead) }
            steps[lead, default: []].append(step)
        }
        lanes = (order[.cross] ?? []).map { lead in
            let own = steps[lead] ?? []
            let created = own.compactMap(\.createdWorkload)
            let workloads = created.isEmpty ? [lead] : created
            return Lane(
                lead: lead,
                workloads: workloads,
                wave: workloads.compactMap { file.rule(of: $0)?.wave }.max() ?? 1,
                steps: own
            )
        }
        calls = WaveSurvey.calls(file, source)
        requests = WaveSurvey.requests(source, objects)
    }

    private static func calls(
        _ file: MigrationFile,
        _ source: SiteInventory
    ) -> [(caller: String, callees: [WorkloadID])] {
        var edges: [String: Set<ServiceName>] = [:]
        for workload in source.workloads {
            edges["\(workload.id)", default: []].formUnion(workload.calls.map(\.service))
        }
        for caller in source.callers {
            edges["\(caller.caller)", default: []].formUnion(caller.calls.map(\.service))
        }
        for call in file.calls { edges["\(call.caller)", default: []].insert(call.service) }
        let selectors = Dictionary(
            source.services.map { ($0.name, $0.selector) },
            uniquingKeysWith: { first, _ in first }
        )
        return edges.sorted { $0.key < $1.key }.flatMap { caller, services in
            services.sorted().map { service in
                let selector = selectors[service] ?? [:]
                let callees = source.workloads.filter { workload in
                    workload.id.namespace == service.namespace && !selector.isEmpty
                        && selector.allSatisfy { workload.podLabels[$0.key] == $0.value }
                }
                return (caller, callees.map(\.id))
            }
        }
    }

    private static func requests(
        _ source: SiteInventory,
        _ objects: [JSON]
    ) -> [WorkloadID: Requests] {
        var specs: [WorkloadID: JSON] = [:]
        for object in objects where object.podSpec != nil {
            guard let namespace = object.namespace, let name = object.name, let kind = object.kind
            else { continue }
            specs[WorkloadID(kind: kind, namespace: namespace, name: name)] = object.podSpec
        }
        var requests: [WorkloadID: Requests] = [:]
        for workload in source.workloads {
            let pod = Requests(ofPod: specs[workload.id] ?? .emptyObject)
            requests[workload.id] = pod * max(workload.replicas, workload.readyReplicas)
        }
        return requests
    }

    // MARK: - By a run

    /// Every wave as a run without faults went through it.
    func waves(
        _ timeline: PlanTimeline,
        room: (allocatable: Requests, taken: Requests)?
    ) -> [RehearsalReport.Wave] {
        var moved: Set<WorkloadID> = []
        var cumulative = Requests()
        return Set(lanes.map(\.wave)).sorted().map { number in
            let own = lanes.filter { $0.wave == number }
            var most = callsAcross(moved)
            let ended = own.sorted { end($0, timeline) ?? .zero < end($1, timeline) ?? .zero }
            for lane in ended {
                moved.formUnion(lane.workloads)
                most = max(most, callsAcross(moved))
            }
            let asked = own.flatMap(\.workloads).reduce(Requests()) {
                $0 + (requests[$1] ?? Requests())
            }
            cumulative = cumulative + asked
            let steps = own.flatMap(\.steps)
            return RehearsalReport.Wave(
                number: number,
                workloads: own.flatMap(\.workloads),
                routes: Set(steps.compactMap(\.routeMoved?.route)).sorted(),
                begin: steps.compactMap { timeline.begun[$0.id] }.min(),
                end: own.compactMap { end($0, timeline) }.max(),
                callsAcrossMost: most,
                callsAcrossAfter: callsAcross(moved),
                requests: asked,
                cumulative: cumulative,
                exceeded: room.map { ($0.taken + cumulative).exceeding($0.allocatable) } ?? []
            )
        }
    }

    private func end(_ lane: Lane, _ timeline: PlanTimeline) -> Duration? {
        lane.steps.compactMap { timeline.done[$0.id] }.max()
    }

    /// What crosses as one, in the order in which it began.
    func lanes(_ timeline: PlanTimeline) -> [RehearsalReport.Lane] {
        lanes.compactMap { lane -> RehearsalReport.Lane? in
            guard let begin = lane.steps.compactMap({ timeline.begun[$0.id] }).min(),
                let end = end(lane, timeline)
            else { return nil }
            let shares = lane.steps.compactMap { step -> RehearsalReport.Share? in
                guard let moved = step.routeMoved, let at = timeline.done[step.id] else {
                    return nil
                }
                return RehearsalReport.Share(
                    route: moved.route,
                    percent: moved.weight.percent,
                    at: at
                )
            }
            return RehearsalReport.Lane(
                name: "\(lane.lead)",
                wave: lane.wave,
                begin: begin,
                end: end,
                shares: shares.sorted { ($0.at, $0.route) < ($1.at, $1.route) }
            )
        }.sorted { ($0.wave, $0.begin, $0.name) < ($1.wave, $1.begin, $1.name) }
    }

    /// The stores whose writers change sides, in the order in which they do.
    func stores(_ timeline: PlanTimeline) -> [RehearsalReport.StorePause] {
        lanes.flatMap { lane in
            lane.steps.compactMap { step -> RehearsalReport.StorePause? in
                guard case .store(.source, let store, .fence) = step.operation,
                    let begin = timeline.begun[step.id],
                    let end = lane.steps.filter(\.letsWrite).compactMap({ timeline.done[$0.id] })
                        .max()
                else { return nil }
                return RehearsalReport.StorePause(
                    store: store.name,
                    workload: store.workload,
                    begin: begin,
                    end: end
                )
            }
        }.sorted { ($0.begin, $0.store) < ($1.begin, $1.store) }
    }

    /// Calls whose caller is at one site, and whom they call at the other.
    private func callsAcross(_ moved: Set<WorkloadID>) -> Int {
        let names = Set(moved.map { "\($0)" })
        return calls.count { call in
            let isCallerMoved = names.contains(call.caller)
            guard !call.callees.isEmpty else { return isCallerMoved }
            return call.callees.contains { moved.contains($0) != isCallerMoved }
        }
    }
}

extension Step {
    /// The workload that it creates at the target.
    fileprivate var createdWorkload: WorkloadID? {
        guard case .change(.target, .create(let objects)) = operation,
            let made = objects.first(where: \.isWorkload)?.reference,
            let namespace = made.namespace
        else { return nil }
        return WorkloadID(kind: made.kind, namespace: namespace, name: made.name)
    }

    /// Whether it takes part in leading who writes to a copy that accepts it.
    fileprivate var letsWrite: Bool {
        switch operation {
        case .store(.target, _, .promote), .change(.source, .removeSelector): true
        default: false
        }
    }

    /// The route that it moves, and the weight that it gives it.
    fileprivate var routeMoved: (route: RouteID, weight: Weight)? {
        guard case .setWeight(let route, let weight) = operation else { return nil }
        return (route, weight)
    }
}
