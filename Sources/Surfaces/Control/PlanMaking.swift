import Composition
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
        return try MigrationPlanner.plan(
            file,
            source: try await source,
            target: try await target,
            requested: requested,
            findings: try await access.traffic.findings()
        )
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
