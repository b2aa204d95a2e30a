import MigrationFile
import MigrationModel

/// What crosses, and how its parts hang together.
struct Estate {
    /// The namespaces that cross and are not yet at the target; sorted.
    var namespacesMissing: [PlannedObject] = []
    /// What is copied before any workload, by namespace and kind; sorted.
    var copies: [NamespaceCopy] = []
    /// The names that are led across a bridge; sorted.
    var names: [CrossingName] = []
    /// Services that are copied as they are.
    var plainServices: [PlannedObject] = []
    /// Those of the source that lead to pods and not to a name, behind which nothing is left and which nobody
    /// names there when everything has crossed.
    var podServicesDone: [DoomedObject] = []
    /// Ingresses that lead to what crosses; sorted.
    var entries: [CrossingEntry] = []
    /// Workloads that a route or a Service ties together; sorted by their first one.
    var groups: [CrossingGroup] = []
    /// Whether Jobs run at the source, or may when the run is to be finished.
    var hasJobs = false
    /// What lets bridges through at each site; sorted.
    var admissions: [SiteRole: [BridgeAdmission]] = [:]
    /// By which way bridges lead to each site.
    var ways: [SiteRole: BridgeWay] = [:]
}

extension Estate {
    /// Whether a bridge stays when the migration is over.
    var keepsBridges: Bool { names.contains { $0.staysAtSource || $0.isCalledByStayers } }
}

/// The objects of one kind in one namespace that are copied in one step.
struct NamespaceCopy {
    let namespace: String
    let kind: String
    let objects: [PlannedObject]
}

/// A Service whose callers must find it at both sites.
struct CrossingName {
    let service: PlannedService
    let copy: PlannedObject
    /// The workloads behind it that cross; none when what is behind it stays at the source.
    let workloads: [WorkloadID]
    /// Whether none of its workloads has a replica, so that nobody can answer.
    let isIdle: Bool
    /// Whether something that stays at the source calls it, or might, so that its bridge has to stay.
    var isCalledByStayers: Bool
    /// How long callers get to end the connections that they keep open to it, once it leads elsewhere;
    /// nil where none is known to be kept.
    var patience: Duration?

    var name: ServiceName { service.service }
    var staysAtSource: Bool { workloads.isEmpty }
}

/// An Ingress and what of it crosses.
struct CrossingEntry {
    let copy: PlannedObject
    /// Its Services that cross; sorted.
    let services: [String]
    /// Whether nothing of it stays at the source.
    let crossesWhole: Bool

    var reference: ObjectReference { copy.reference }
}

/// A workload that crosses.
struct CrossingWorkload {
    let record: WorkloadRecord
    var create: [PlannedObject]
    let autoscalers: [PlannedObject]
    let names: [ServiceName]
    let probes: [NameProbe]
    /// What its pods read, as it was copied; none where nobody is to look.
    var configuration: [CopiedConfiguration] = []

    var id: WorkloadID { record.id }
    var isIdle: Bool { record.replicas == 0 }

    /// What its steps are called after.
    var place: String {
        let kind = id.kind == WorkloadID.kindUsual ? "workload" : id.kind.lowercased()
        return "\(kind)s/\(id.namespace)/\(id.name)"
    }
}

extension WorkloadID {
    /// Its name beside others of its namespace, in what steps are called: two kinds may have one name.
    ///
    /// No name holds a slash, so none of another kind is the same.
    var nameAmongKinds: String {
        kind == WorkloadID.kindUsual ? name : "\(kind.lowercased())s/\(name)"
    }
}

/// A name that answers HTTP, and the path to ask it for.
struct NameProbe {
    let name: ServiceName
    let path: String
}

/// A route that moves.
struct CrossingRoute {
    let id: RouteID
    /// The hosts and paths by which the target's entry can be asked for it.
    let probes: [EntryProbe]
    /// What our own requests ask for when nobody else's come.
    let probePath: String
}

/// A request that the target's entry must answer before a route moves.
struct EntryProbe: Hashable, Comparable {
    let host: String
    let path: String

    static func < (left: EntryProbe, right: EntryProbe) -> Bool {
        (left.host, left.path) < (right.host, right.path)
    }
}

/// Workloads that can only cross together.
///
/// A route has one weight, so it may only move when everything behind it is ready at the target; a
/// name can only be turned when every workload behind it is. Such workloads share one lane, so that
/// they also come back together.
struct CrossingGroup {
    var workloads: [CrossingWorkload]
    var names: [CrossingName]
    var routes: [CrossingRoute]
    var activation: Activation
    /// The store that its workload keeps, whose writer changes sides; nil where it keeps none.
    var store: StoreRule?
    var wave: Int
    /// Groups that must have crossed before, by what their users say; by their leads.
    var after: [WorkloadID]
    /// Groups that this one calls, by their leads.
    var calls: [WorkloadID]
    /// Whether it is the whole site, which is to work by itself before its routes move.
    var isWholeSite = false

    /// The first of its workloads, by which its lane is called.
    var lead: WorkloadID { workloads[0].id }
    var lane: Lane { .workload(id: lead) }
}

/// What planning has to say beside the plan.
struct PlanNotes {
    var problems: [PlanProblem] = []
    var findings: [String] = []
    /// What a copy of this migration made and the run uses as it is.
    var copiesKept: Set<ObjectReference> = []
    /// What a copy of this migration made and the run takes over.
    var copiesTaken: Set<ObjectReference> = []
    /// What runs have left in the way, by run.
    var leftovers: [RunID: RunLeftovers] = [:]

    mutating func problem(_ subject: String, _ reason: String, remedy: String) {
        problems.append(PlanProblem(subject, reason, remedy: remedy))
    }

    mutating func find(_ sentence: String) { findings.append(sentence) }

    /// Takes over what a provider found: a blocker is a problem of the plan.
    mutating func take(_ found: [Finding]) {
        for finding in found.sorted() {
            let subject = finding.objects.joined(separator: ", ")
            if finding.severity == .blocker {
                problem(subject, finding.reason, remedy: finding.remedy)
            } else {
                find("\(subject): \(finding.reason); \(finding.remedy).")
            }
        }
    }

    /// Notes an object that a run made and that cannot be left as it is.
    mutating func leftover(_ reference: ObjectReference, at site: PlannedSite, of run: RunID) {
        leftovers[run, default: RunLeftovers()].objects[site.context, default: []]
            .insert(reference)
    }
}
