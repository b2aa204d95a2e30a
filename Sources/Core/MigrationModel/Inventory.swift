/// What was seen at one site: what planning works from.
///
/// Lists are sorted by name.
package struct SiteInventory: Sendable, Hashable, Codable {
    /// Which cluster was looked at.
    package var site: PlannedSite
    /// Addresses of the nodes at which node ports answer.
    package var nodeAddresses: [String]
    /// Its nodes', pods' and Services' addresses.
    package var ranges: SiteRanges
    /// Policies of these namespaces that would keep bridges from carrying; sorted.
    package var obstacles: [BridgeObstacle]
    /// Every object of these namespaces whatever its kind, the namespaces themselves, and the cluster
    /// roles that are there.
    ///
    /// Planning decides what becomes of each kind.
    package var objects: [ObjectRecord]
    /// What crosses by itself, of these namespaces.
    package var workloads: [WorkloadRecord]
    /// The Services of these namespaces.
    package var services: [ServiceRecord]
    /// The Ingresses of these namespaces.
    package var entries: [EntryRecord]
    /// Who names Services of these namespaces and is none of their Deployments; sorted.
    ///
    /// Looked for at the source only: what crosses must not leave these without an answer.
    package var callers: [CallerRecord]
    /// The kinds that could not be looked into for callers in other namespaces; sorted.
    package var callersUnread: [String]
    /// Jobs that no other object has made and that have not ended; sorted.
    package var jobsUnderWay: [ObjectReference]
    /// Runs that have begun at this site and not ended, whoever drives them; sorted.
    ///
    /// What bears the mark of another run is left from one that is over.
    package var runsUnderWay: [RunID]
    /// What the open nodes have left for pods; nil where nothing is known of it.
    package var room: Requests?
    /// Whether its API server can be told to refuse deployments: see `DeployRefusal`.
    package var refusesDeploys: Bool
    /// What could not be read, and why: nothing missing may pass for absent.
    package var unreadable: [String]

    /// Takes lists that are sorted already.
    package init(
        site: PlannedSite,
        nodeAddresses: [String] = [],
        ranges: SiteRanges = SiteRanges(),
        obstacles: [BridgeObstacle] = [],
        objects: [ObjectRecord] = [],
        workloads: [WorkloadRecord] = [],
        services: [ServiceRecord] = [],
        entries: [EntryRecord] = [],
        callers: [CallerRecord] = [],
        callersUnread: [String] = [],
        jobsUnderWay: [ObjectReference] = [],
        runsUnderWay: [RunID] = [],
        room: Requests? = nil,
        refusesDeploys: Bool = false,
        unreadable: [String] = []
    ) {
        self.site = site
        self.nodeAddresses = nodeAddresses
        self.ranges = ranges
        self.obstacles = obstacles
        self.objects = objects
        self.workloads = workloads
        self.services = services
        self.entries = entries
        self.callers = callers
        self.callersUnread = callersUnread
        self.jobsUnderWay = jobsUnderWay
        self.runsUnderWay = runsUnderWay
        self.room = room
        self.refusesDeploys = refusesDeploys
        self.unreadable = unreadable
    }
}

/// An object and which incarnation of it was seen.
package struct ObjectRecord: Sendable, Hashable, Codable {
    /// What people call it.
    package var reference: ObjectReference
    /// The incarnation and version that was seen.
    package var seen: ObjectSeen
    /// Why it is not copied: the controller that made it and would make it again.
    package var generatedBy: String?
    /// A digest of what people decided in it, without what its server added.
    ///
    /// Two objects with the same digest mean the same, however many replicas they have now. Nil when
    /// it was not made.
    package var contentDigest: String?
    /// Digests of what a ConfigMap or a Secret holds, by key; empty for everything else.
    ///
    /// For comparing two sites with each other: they go into no plan.
    package var keyDigests: [String: String]
    /// The same of what a copy makes of it on its way; nil where that is the same, or cannot be told.
    package var keyDigestsCopied: [String: String]?
    /// The run whose mark it bears.
    package var markedBy: RunID?
    /// The copy that made it, and who has changed it since; nil for what no copy made.
    package var copied: CopyTrace?
    /// What it needs by name: the role of a binding; sorted.
    package var refersTo: [ObjectReference]
    /// Whether it was deleted and waits for its finalizers, or for what it owns.
    package var isBeingDeleted: Bool

    /// Takes what was seen of one object.
    package init(
        reference: ObjectReference,
        seen: ObjectSeen,
        generatedBy: String? = nil,
        contentDigest: String? = nil,
        keyDigests: [String: String] = [:],
        keyDigestsCopied: [String: String]? = nil,
        markedBy: RunID? = nil,
        copied: CopyTrace? = nil,
        refersTo: [ObjectReference] = [],
        isBeingDeleted: Bool = false
    ) {
        self.reference = reference
        self.seen = seen
        self.generatedBy = generatedBy
        self.contentDigest = contentDigest
        self.keyDigests = keyDigests
        self.keyDigestsCopied = keyDigestsCopied
        self.markedBy = markedBy
        self.copied = copied
        self.refersTo = refersTo
        self.isBeingDeleted = isBeingDeleted
    }
}

extension ObjectRecord {
    /// The keys whose values are not those of `other`, or that one of both lacks; sorted.
    ///
    /// What a copy has made is held against what it would make now.
    package func keysApart(from other: ObjectRecord?) -> [String] {
        let own = other?.copied == nil ? keyDigests : keyDigestsCopied ?? keyDigests
        let others = other?.keyDigests ?? [:]
        return Set(own.keys).union(others.keys).filter { own[$0] != others[$0] }.sorted()
    }
}

/// What an object tells of the copy that made it.
package struct CopyTrace: Sendable, Hashable, Codable {
    /// What the copy is called; that of a migration has its name.
    package var copy: String
    /// What others have made of it since, with who did: `.spec.template.spec.priority (kubectl)`;
    /// sorted.
    package var changes: [String]

    /// Takes what an object's marks and managers say.
    package init(copy: String, changes: [String] = []) {
        self.copy = copy
        self.changes = changes
    }
}

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

/// A Service as it was seen.
package struct ServiceRecord: Sendable, Hashable, Codable {
    /// By which callers reach it.
    package var name: ServiceName
    /// The incarnation and version that was seen.
    package var seen: ObjectSeen
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    package var type: String
    /// Whether it has no address of its own (`clusterIP: None`).
    package var isHeadless: Bool
    /// Whether callers inside reach endpoints of their own node only: `internalTrafficPolicy: Local`.
    package var keepsToNode: Bool
    /// The labels of the pods behind it; empty when its endpoints are somebody's own.
    package var selector: [String: String]
    /// In the order of the object.
    package var ports: [ServicePort]
    /// Its ports whose protocol keeps connections open, with the protocol: `api (grpc)`; sorted.
    package var lastingPorts: [String]

    /// Takes what was seen of one Service.
    package init(
        name: ServiceName,
        seen: ObjectSeen,
        type: String = "ClusterIP",
        isHeadless: Bool = false,
        keepsToNode: Bool = false,
        selector: [String: String],
        ports: [ServicePort],
        lastingPorts: [String] = []
    ) {
        self.name = name
        self.seen = seen
        self.type = type
        self.isHeadless = isHeadless
        self.keepsToNode = keepsToNode
        self.selector = selector
        self.ports = ports
        self.lastingPorts = lastingPorts
    }
}

/// An Ingress as it was seen.
package struct EntryRecord: Sendable, Hashable, Codable {
    /// The Ingress.
    package var reference: ObjectReference
    /// The incarnation and version that was seen.
    package var seen: ObjectSeen
    /// Its hosts and paths, in the order of the object.
    package var rules: [EntryRule]

    /// Takes what was seen of one Ingress.
    package init(reference: ObjectReference, seen: ObjectSeen, rules: [EntryRule]) {
        self.reference = reference
        self.seen = seen
        self.rules = rules
    }
}

/// One host and path of an Ingress and the Service behind it.
package struct EntryRule: Sendable, Hashable, Codable {
    /// Nil for the default backend and for rules without a host.
    package var host: String?
    /// The path as the Ingress has it; `/` where it has none.
    package var path: String
    /// The Service behind it, in the Ingress's own namespace.
    package var service: String

    /// Takes one rule as it was read.
    package init(host: String?, path: String, service: String) {
        self.host = host
        self.path = path
        self.service = service
    }
}
