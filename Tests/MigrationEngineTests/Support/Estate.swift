import MigrationModel

/// A small estate and the plan of its migration.
struct Estate {
    var plan: Plan
    var content: FakeWorld.Content
    var routes: [RouteID: WorkloadID]

    /// `workloads` of the same shape, each with `weights` to pass.
    ///
    /// `looksBeforeDraining` has a drain begin with a look at what the balancer serves, as real plans
    /// have it.
    init(
        workloads count: Int,
        weights: [Int] = [50, 100],
        inFlightMax: Int = 2,
        looksBeforeDraining: Bool = false
    ) {
        var steps = [
            Estate.step(
                "namespaces",
                .prepare,
                .foundation,
                after: [],
                .change(
                    site: .target,
                    change: .create(objects: [Estate.object("Namespace", "shop")])
                )
            )
        ]
        var content = FakeWorld.Content(
            objects: [.source: [:], .target: [:]],
            replicas: [.source: [:], .target: [:]],
            flags: [.source: [], .target: []],
            weights: [:]
        )
        var routes: [RouteID: WorkloadID] = [:]
        var finish: [Step] = []
        for index in 0..<count {
            let name = "w\(index)"
            let workload = WorkloadID(kind: "Deployment", namespace: "shop", name: name)
            let route = RouteID(name)
            content.objects[.source]?[Estate.object("Deployment", name).reference] = "original"
            content.replicas[.source]?[workload] = 3
            content.replicas[.target]?[workload] = 0
            content.weights[route] = "w=0"
            routes[route] = workload
            steps += Estate.crossing(
                workload,
                route,
                weights: weights,
                looksBeforeDraining: looksBeforeDraining
            )
            finish.append(
                Estate.step(
                    "finish/\(name)",
                    .finish,
                    .finish,
                    after: [],
                    .change(
                        site: .source,
                        change: .delete(objects: [
                            DoomedObject(
                                reference: Estate.object("Deployment", name).reference,
                                uid: "u-\(name)"
                            )
                        ])
                    ),
                    isUndoable: false
                )
            )
        }
        plan = Plan(
            name: "shop",
            source: PlannedSite(context: "a", identity: "1", version: "v1.25.0"),
            target: PlannedSite(context: "b", identity: "2", version: "v1.36.0"),
            workloadsInFlightMax: inFlightMax,
            steps: steps + finish,
            findings: []
        )
        self.content = content
        self.routes = routes
    }

    /// Copy, activate, ramp, turn a name, drain.
    private static func crossing(
        _ workload: WorkloadID,
        _ route: RouteID,
        weights: [Int],
        looksBeforeDraining: Bool
    ) -> [Step] {
        let (name, lane) = (workload.name, Lane.workload(id: workload))
        var steps = [
            step(
                "\(name)/copy",
                .cross,
                lane,
                after: ["namespaces"],
                .change(site: .target, change: .create(objects: [object("Deployment", name)]))
            ),
            step(
                "\(name)/activate",
                .cross,
                lane,
                after: ["\(name)/copy"],
                .change(
                    site: .target,
                    change: .scale(workload: workload, replicas: .asCounterpart(min: 1))
                ),
                gates: [.ready(site: .target, workload: workload, replicas: .asRequested)]
            ),
        ]
        var last = "\(name)/activate"
        for percent in weights {
            guard let weight = Weight(percent: percent) else { continue }
            let limits = ShareLimits(requestsMin: 20, soakMilliseconds: 500)
            let id = "\(name)/weight-\(percent)"
            steps.append(
                step(
                    id,
                    .cross,
                    lane,
                    after: [last],
                    .setWeight(route: route, weight: weight),
                    gates: [.share(route: route, weight: .exactly(weight: weight), limits: limits)],
                    gatesBack: [.share(route: route, weight: .asBefore, limits: limits)]
                )
            )
            last = id
        }
        let unused = ShareLimits(requestsMin: 20, soakMilliseconds: 500)
        steps.append(
            step(
                "\(name)/drain",
                .cross,
                lane,
                after: [last],
                .change(
                    site: .source,
                    change: .scale(workload: workload, replicas: .exactly(count: 0))
                ),
                gatesBefore: looksBeforeDraining
                    ? [.share(route: route, weight: .exactly(weight: .all), limits: unused)] : [],
                gatesBack: [.ready(site: .source, workload: workload, replicas: .asRequested)]
            )
        )
        return steps
    }

    static func object(_ kind: String, _ name: String) -> PlannedObject {
        PlannedObject(
            reference: ObjectReference(
                apiVersion: "v1",
                kind: kind,
                namespace: kind == "Namespace" ? nil : "shop",
                name: name
            ),
            form: .asItIs,
            original: ObjectSeen(uid: "u-\(name)", resourceVersion: "1"),
            present: nil
        )
    }

    static func step(
        _ id: String,
        _ phase: Phase,
        _ lane: Lane,
        after: [String],
        _ operation: Operation,
        gatesBefore: [Condition] = [],
        gates: [Condition] = [],
        gatesBack: [Condition] = [],
        isUndoable: Bool = true
    ) -> Step {
        Step(
            id: StepID(id),
            phase: phase,
            lane: lane,
            after: after.map { StepID($0) },
            operation: operation,
            gatesBefore: gatesBefore,
            gates: gates,
            gatesBack: gatesBack,
            timeoutMilliseconds: 5_000,
            summary: "makes \(id)",
            undoSummary: "undoes \(id)",
            isUndoable: isUndoable
        )
    }
}
