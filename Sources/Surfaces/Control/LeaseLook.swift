import Composition
import MigrationEngine
import MigrationModel
import MigrationPorts

/// What the leases at both sites say of a run, beside what its journal says; changes nothing.
package struct LeaseLook: Sendable, Equatable {
    /// Who holds a lease of the run, at whichever machine; nil where nobody is known to.
    package let holder: String?
    /// Why no driver may go on from this journal: the run is over, or went on from a copy.
    package let refusal: String?

    /// Nothing is known where the sites were not asked.
    package init(holder: String? = nil, refusal: String? = nil) {
        self.holder = holder
        self.refusal = refusal
    }

    /// Reads the leases, and then the journal: its driver writes there before it renews them.
    package init(_ run: MigrationRun, at access: MigrationAccess) async throws {
        let plan = try await run.state().plan.name
        let leases = access.leases(of: plan)
        var holder: String?
        var refusal: String?
        for site in SiteRole.allCases {
            guard let seen = try await leases[site].read() else { continue }
            let state = try await run.state()
            // What is over is over: its leases are tombstones.
            guard state.outcome == nil else { break }
            let judge = LeaseJudge(
                run: state.run,
                driver: "",
                headSequence: try await run.records().count
            )
            switch judge.judge(seen, at: site, hashHere: try await run.hash(at: seen.sequence)) {
            case .free: continue
            case .heldUntilUnchanged(_, let by): holder = holder ?? by
            case .refused(let reason): refusal = refusal ?? reason
            }
        }
        self.init(holder: holder, refusal: refusal)
    }
}
