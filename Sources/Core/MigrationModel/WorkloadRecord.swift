/// A workload as it was seen.
package struct WorkloadRecord: Sendable, Hashable, Codable {
    /// The object that says what is run.
    package var id: WorkloadID
    /// The incarnation and version that was seen.
    package var seen: ObjectSeen
    /// How many pods it asks for; of a CronJob 1, and 0 while it is suspended; of a DaemonSet, how many
    /// nodes it runs at.
    package var replicas: Int
    /// The lowest number that its pods bear, of a StatefulSet; 0 of everything else.
    package var ordinalStart: Int
    /// How many of its pods are ready, as its status says.
    package var readyReplicas: Int
    /// The labels of its pods, by which Services select them.
    package var podLabels: [String: String]
    /// HPAs and PDBs that exist for it.
    package var attendants: [ObjectReference]
    /// Service names found in its environment, arguments and ConfigMaps, with the evidence.
    package var calls: [CallRecord]
    /// What ties its pods to this site: volume claims, paths and ports of a node, in words
    /// (`the volume claim data`, `port 9100 of its node`); sorted.
    package var ties: [String]
    /// What each pod of a DaemonSet uses of its node, in the same words; sorted.
    package var nodeTies: [String]
    /// The templates by which each pod of a StatefulSet gets volumes of its own; sorted.
    package var claims: [String]
    /// The ScaledObjects of KEDA that say how many pods it has; sorted.
    package var scaledObjects: [ScaledObjectRecord]
    /// The PDBs that select its pods; sorted.
    package var budgets: [BudgetRecord]
    /// What a scheduler sets aside for one of its pods.
    package var requests: Requests
    /// For how long its pods may go on when they are told to end: `terminationGracePeriodSeconds`.
    package var graceSeconds: Int
    /// A digest of what its pods run, by which somebody's deployment is told; nil when it was not made.
    package var templateDigest: String?
    /// The ConfigMaps and Secrets that its pods read; sorted.
    package var configuration: [ObjectReference]

    /// How long pods may take to end where nobody says so.
    package static let graceSecondsUsual = 30

    /// Takes what was seen of one workload.
    package init(
        id: WorkloadID,
        seen: ObjectSeen,
        replicas: Int,
        readyReplicas: Int,
        ordinalStart: Int = 0,
        podLabels: [String: String],
        attendants: [ObjectReference] = [],
        calls: [CallRecord] = [],
        ties: [String] = [],
        nodeTies: [String] = [],
        claims: [String] = [],
        scaledObjects: [ScaledObjectRecord] = [],
        budgets: [BudgetRecord] = [],
        requests: Requests = Requests(units: ["pods": 1]),
        graceSeconds: Int = graceSecondsUsual,
        templateDigest: String? = nil,
        configuration: [ObjectReference] = []
    ) {
        self.id = id
        self.seen = seen
        self.replicas = replicas
        self.readyReplicas = readyReplicas
        self.ordinalStart = ordinalStart
        self.podLabels = podLabels
        self.attendants = attendants
        self.calls = calls
        self.ties = ties
        self.nodeTies = nodeTies
        self.claims = claims
        self.scaledObjects = scaledObjects
        self.budgets = budgets
        self.requests = requests
        self.graceSeconds = graceSeconds
        self.templateDigest = templateDigest
        self.configuration = configuration
    }
}

/// A call that was found by reading configuration.
package struct CallRecord: Sendable, Hashable, Codable {
    /// The name that is called.
    package var service: ServiceName
    /// Where it was found: `env CART_ADDR`.
    package var evidence: String

    /// Takes a call and where it was found.
    package init(service: ServiceName, evidence: String) {
        self.service = service
        self.evidence = evidence
    }
}

/// Somebody whose pods name Services.
package struct CallerRecord: Sendable, Hashable, Codable {
    /// The object that its pods come from: `CronJob ops/report`.
    package var caller: ObjectReference
    /// What they name; sorted by Service.
    package var calls: [CallRecord]

    /// Takes who was seen and what it names.
    package init(caller: ObjectReference, calls: [CallRecord]) {
        self.caller = caller
        self.calls = calls
    }
}
