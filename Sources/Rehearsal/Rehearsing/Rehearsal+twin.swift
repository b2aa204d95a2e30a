import JSONValues
import KubernetesObjects
import MigrationFile
import MigrationModel
import MigrationPlanning
import Simulation

/// The twin of both sites.
extension Rehearsal {
    func makeEstate() throws -> (SimulatedEstate, [Finding]) {
        var findings = bridges.findings
        var manifests: [SiteRole: [JSON]] = [:]
        for site in SiteRole.allCases {
            let objects = TwinObjects(site, export(site), file)
            findings += objects.findings
            manifests[site] = objects.manifests
        }
        var remarks: [EstateRemark] = []
        // A rehearsal that waited for the right time of day would tell nothing more.
        var timeless = file
        timeless.windows = nil
        var simulation = settings.simulation(pods: podsExpected)
        simulation.copying = try TwinCopies.making(of: file)
        do {
            let estate = try SimulatedEstate(
                timeless,
                source: manifests[.source] ?? [],
                target: manifests[.target] ?? [],
                settings: simulation,
                remark: { remarks.append($0) }
            )
            return (estate, findings + Rehearsal.findings(of: remarks))
        } catch let error as PlanningError {
            let lacking = Rehearsal.findings(of: remarks).map {
                "the twin lacks \($0.objects.joined(separator: ", ")): \($0.reason)"
            }
            throw RehearsalProblem(([error.description] + lacking).joined(separator: "\n"))
        }
    }

    func export(_ site: SiteRole) -> SiteExport {
        exports[site] ?? SiteExport(emptyNamed: site.rawValue)
    }

    /// As many as are wanted at the source, and some that are to come.
    private var podsExpected: Int {
        export(.source).objects.reduce(60) { sum, object in
            guard object.podSpec != nil else { return sum }
            return sum + (object.at("spec", "replicas")?.int ?? 1)
        }
    }

    private static func findings(of remarks: [EstateRemark]) -> [Finding] {
        remarks.map { remark in
            switch remark {
            case .refused(let site, let object, let reason):
                Finding(
                    check: "twin-refused",
                    severity: .decide,
                    objects: [object],
                    reason: "the twin of the \(site.rawValue) does not take it: \(reason)",
                    remedy:
                        "look whether the migration depends on it; the rehearsal goes on without"
                )
            case .notReady(let pods):
                Finding(
                    check: "twin-not-ready",
                    severity: .decide,
                    objects: pods,
                    reason: "the twin cannot play these pods: they do not become ready there",
                    remedy: "volumes and controllers of your own are not played; exclude them, or "
                        + "rehearse with what the file moves only"
                )
            }
        }
    }
}
