import Composition
import MigrationEngine
import MigrationModel
import MigrationPorts

/// What a run is called that is about to begin, once nobody else has the sites in hand.
package enum FreshRun {
    /// The name of the plan and the begin of its digest; numbered where an earlier run was called so.
    ///
    /// The tombstones of earlier runs tell them: a run must not be taken for one that is over.
    package static func name(
        for plan: Plan,
        digest: String,
        at access: MigrationAccess
    ) async throws -> RunID {
        let leases = access.leases(of: plan.name)
        let base = "\(plan.name)-\(digest.prefix(8))"
        var over: Set<RunID> = []
        for site in SiteRole.allCases {
            guard let seen = try await leases[site].read() else { continue }
            guard seen.isOver else { throw SiteInHands(seen, at: site) }
            over.insert(seen.run)
        }
        var name = RunID(base)
        var number = 1
        while over.contains(name) {
            number += 1
            name = RunID("\(base)-\(number)")
        }
        return name
    }
}

/// Another run has begun at a site and has not ended.
package struct SiteInHands: Error, Sendable, CustomStringConvertible {
    private let reason: String

    init(_ seen: LeaseState, at site: SiteRole) {
        let judge = LeaseJudge(run: RunID(""), driver: "", headSequence: 0)
        reason =
            if case .refused(let reason) = judge.judge(seen, at: site, hashHere: nil) {
                reason
            } else {
                "the \(site.rawValue) is in the hands of run \(seen.run)"
            }
    }

    /// Who has it, and what to do.
    package var description: String { "Not driven: \(reason)" }
}
