import Composition
import JSONValues
import MigrationEngine
import MigrationFile
import MigrationModel
import MigrationPlanning
import MigrationPorts

/// Looks at both sites and makes a plan, or says all that stands in its way.
package struct PlanMaking: Sendable {
    private let file: MigrationFile
    private let access: MigrationAccess

    package init(_ file: MigrationFile, _ access: MigrationAccess) {
        self.file = file
        self.access = access
    }

    /// Reads only; nothing is changed anywhere.
    package func make() async throws -> Plan {
        async let source = inventory(.source)
        async let target = inventory(.target)
        let requested = try await weights()
        let plan = try MigrationPlanner.plan(
            file,
            source: try await source,
            target: try await target,
            requested: requested,
            findings: try await access.traffic.findings()
        )
        return try await looked(plan)
    }

    /// Looks at clocks and certificates as the run will before it makes anything: what would stop it stops
    /// the plan, and what it would tell the plan tells.
    private func looked(_ plan: Plan) async throws -> Plan {
        let world = access.world(sealing: NothingToSeal())
        var told: Set<String> = []
        var problems: [PlanProblem] = []
        for case .trusted(let site, let look) in plan.steps.flatMap(\.gates) {
            switch try await world[site].check(.trusted(site: site, look: look), replicas: nil) {
            case .holds: continue
            case .measured(let measured):
                told.formUnion(
                    (measured["told"]?.array ?? []).compactMap(\.string).map { "\($0)." }
                )
            case .waiting(let seen), .broken(let seen):
                problems.append(
                    PlanProblem(
                        "context \(access[site].context)",
                        seen,
                        remedy: "mend it, then plan anew"
                    )
                )
            }
        }
        guard problems.isEmpty else { throw PlanningError(problems: problems.sorted()) }
        var plan = plan
        plan.findings = Set(plan.findings).union(told).sorted()
        return plan
    }

    /// What changed at the sites since `plan` was made, for which it must be made anew.
    package func drift(since plan: Plan) async throws -> [String] {
        async let source = inventory(.source)
        async let target = inventory(.target)
        return PlanDrift.between(plan, source: try await source, target: try await target)
    }

    /// The steps of a lane as they are to be, now that somebody has deployed what crosses in it.
    package func again(_ lane: Lane, in plan: Plan) async throws -> [Step] {
        async let source = inventory(.source)
        async let target = inventory(.target)
        return try LaneReplan.steps(
            of: lane,
            in: plan,
            source: try await source,
            target: try await target
        )
    }

    private func inventory(_ site: SiteRole) async throws -> SiteInventory {
        try await access.world(sealing: NothingToSeal())[site]
            .inventory(namespaces: file.namespaces)
    }

    private func weights() async throws -> [RouteID: Weight] {
        var weights: [RouteID: Weight] = [:]
        for route in try await access.traffic.routes() {
            weights[route] = try await access.traffic.requestedWeight(of: route).weight
        }
        return weights
    }
}
