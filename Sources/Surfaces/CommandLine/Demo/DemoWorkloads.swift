import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import MigrationFile
import MigrationModel
import Synchronization
import Twin

/// What the demo's StatefulSet, CronJob and consumer do while they cross; each change of their pods and
/// Jobs is looked at.
final class DemoWorkloads: Sendable {
    private struct State {
        /// The sites that began each tick, by the name of its Job.
        var ticks: [String: [TwinSite]] = [:]
        /// The fewest pods of the consumer that were ready at once, at both sites together.
        var consumersMin = Int.max
    }

    /// What a plan of the estate asks its people.
    static let rules = [
        WorkloadRule(
            workload: WorkloadID(
                kind: WorkloadID.kindUsual,
                namespace: DemoEstate.mailer.namespace,
                name: DemoEstate.mailer.name
            ),
            activation: .shared
        ),
        WorkloadRule(
            workload: WorkloadID(
                kind: "StatefulSet",
                namespace: DemoEstate.shards.namespace,
                name: DemoEstate.shards.name
            ),
            activation: .shared
        ),
    ]

    private let pair: TwinPair
    private let state = Mutex(State())

    init(_ pair: TwinPair) {
        self.pair = pair
    }

    /// Looks at a site until the task is cancelled.
    func watch(_ site: TwinSite) async {
        for await change in pair[site].changes(of: [.pods, .jobs], includingCurrent: true) {
            if change.resource == .jobs {
                noteTick(change, at: site)
            } else if isPod(change.object, of: DemoEstate.mailer) {
                countConsumers()
            }
        }
    }

    /// A tick is one Job, which is called after its minute.
    private func noteTick(_ change: ObjectChange, at site: TwinSite) {
        let owner = change.object.controllerReference
        guard change.kind == .added, owner?["kind"] == "CronJob", let name = change.object.name,
            change.object.namespace == DemoEstate.report.namespace
        else { return }
        state.withLock { $0.ticks[name, default: []].append(site) }
    }

    private func countConsumers() {
        // The target is read on both sides of the source: who changes sides meanwhile is not missed.
        let before = readyPods(of: DemoEstate.mailer, at: .target)
        let source = readyPods(of: DemoEstate.mailer, at: .source)
        let after = readyPods(of: DemoEstate.mailer, at: .target)
        let count = source + max(before, after)
        state.withLock { $0.consumersMin = min($0.consumersMin, count) }
    }

    private func readyPods(of service: DemoEstate.Service, at site: TwinSite) -> Int {
        pair[site].list(.pods, namespace: service.namespace).count {
            isPod($0, of: service) && $0.hasCondition("Ready") && $0.deletionTimestamp == nil
        }
    }

    private func isPod(_ pod: JSON, of service: DemoEstate.Service) -> Bool {
        pod.namespace == service.namespace && pod.labels["app"] == service.name
    }

    /// What was seen, and what was not as it should be.
    var outcome: Demo.Outcome {
        var outcome = Demo.Outcome(lines: [], complaints: [])
        let state = state.withLock { $0 }
        judgeTicks(state.ticks, &outcome)
        judgeConsumers(fewest: state.consumersMin, &outcome)
        judgeMembers(&outcome)
        return outcome
    }

    private func judgeTicks(_ ticks: [String: [TwinSite]], _ outcome: inout Demo.Outcome) {
        let name = "CronJob \(DemoEstate.report.namespace)/\(DemoEstate.report.name)"
        let sites = TwinSite.allCases.map { site in
            "\(ticks.values.joined().count { $0 == site }) at the \(site)"
        }
        outcome.lines.append(
            "  \(name): \(ticks.count) ticks were begun, \(sites.joined(separator: ", "))"
        )
        for (tick, begun) in ticks.sorted(by: { $0.key < $1.key }) where begun.count > 1 {
            let places = begun.map { "at the \($0)" }.joined(separator: " and ")
            outcome.complaints.append("\(name): the tick \(tick) was begun \(places)")
        }
        if ticks.isEmpty {
            outcome.complaints.append("\(name): no tick was begun, and a minute went by")
        }
    }

    private func judgeConsumers(fewest: Int, _ outcome: inout Demo.Outcome) {
        let service = DemoEstate.mailer
        let name = "consumer \(service.namespace)/\(service.name)"
        outcome.lines.append("  \(name): never fewer than \(fewest) pods were ready")
        if fewest < service.replicas {
            outcome.complaints.append(
                "\(name): \(fewest) pods were ready at one moment, \(service.replicas) are meant"
            )
        }
        judgePlace(of: service, name, &outcome)
    }

    private func judgeMembers(_ outcome: inout Demo.Outcome) {
        let service = DemoEstate.shards
        let name = "StatefulSet \(service.namespace)/\(service.name)"
        outcome.lines.append(
            "  \(name): \(readyPods(of: service, at: .target)) pods are ready at the target, "
                + "\(readyPods(of: service, at: .source)) at the source"
        )
        judgePlace(of: service, name, &outcome)
    }

    /// What has crossed runs at the target with all its pods, and at the source with none.
    private func judgePlace(
        of service: DemoEstate.Service,
        _ name: String,
        _ outcome: inout Demo.Outcome
    ) {
        let target = readyPods(of: service, at: .target)
        if target < service.replicas {
            outcome.complaints.append(
                "\(name): \(target) of \(service.replicas) pods are ready at the target"
            )
        }
        let source = readyPods(of: service, at: .source)
        if source > 0 {
            outcome.complaints.append("\(name): \(source) pods are left at the source")
        }
    }
}
