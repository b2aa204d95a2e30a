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
