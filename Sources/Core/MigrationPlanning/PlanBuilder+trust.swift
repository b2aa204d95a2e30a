import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// Looks at clocks and certificates before anything else is done; for how long they have to count is
    /// known when all steps are.
    mutating func lookForTrust() {
        trusted = SiteRole.allCases.map { site in
            add(
                "link/trust-at-\(site.rawValue)",
                .prepare,
                .foundation,
                after: [],
                .await,
                gates: [.trusted(site: site, look: trustLook(at: site))],
                timeout: file.timeouts.change,
                "Look at the clock of the \(site.rawValue) and at the certificates that are shown there",
                undo: "Nothing to undo"
            )
        }
    }

    /// Says for how long certificates have to count, now that it is known.
    mutating func completeTrust() {
        let length = LeastTime(
            of: steps.filter { $0.phase != .finish },
            inFlightMax: file.workloadsInFlightMax
        ).duration.wholeMilliseconds
        for step in steps where trusted.contains(step.id) {
            guard case .trusted(let site, var look)? = step.gates.first else { continue }
            look.lengthMilliseconds = length
            setGates([.trusted(site: site, look: look)], of: step.id)
        }
    }

    private func trustLook(at site: SiteRole) -> CertificateLook {
        CertificateLook(
            namespaces: file.namespaces.sorted(),
            lengthMilliseconds: 0,
            dialled: file.bridgeRule.keeper?.apis[site],
            onlyTells: file.bridgeRule.trust == .tell
        )
    }
}
