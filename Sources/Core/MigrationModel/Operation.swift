/// What a step does.
///
/// A closed list, so that plans can be reviewed, compared, digested and stored.
package enum Operation: Sendable, Hashable, Codable {
    /// One change at one site, made by its platform.
    case change(site: SiteRole, change: SiteChange)
    /// Asks the balancer to send this share of a route's requests to the target.
    case setWeight(route: RouteID, weight: Weight)
    /// Asks a store's copy at one site to do this.
    case store(site: SiteRole, store: Store, change: StoreChange)
    /// Changes nothing: the step is its gates.
    case await
    /// Changes nothing: the step begins when a person has approved it.
    case approval
}

/// One change at one site.
///
/// Each is repeatable: making it again changes nothing. Each can be undone from the before-image
/// that was surveyed before it, and undoing it is harmless if it was never made.
package enum SiteChange: Sendable, Hashable, Codable {
    /// Creates these objects from their originals at the other site, and takes over those that a copy
    /// made of them before.
    case create(objects: [PlannedObject])
    /// Creates the local name of a Service: a NodePort Service that selects this site's pods.
    case addLocalName(service: PlannedService)
    /// Makes an Ingress of this site lead to local names instead of names.
    case pointEntryToLocalNames(entry: ObjectReference, services: [String])
    /// Adds the slice that leads this name to the other site's local name.
    case addBridge(service: PlannedService)
    /// Puts a policy beside another one that lets bridges through.
    case admitBridges(admission: BridgeAdmission)
    /// Lets the keeper of the other site's bridges read where this site's pods are.
    case admitKeeper(keeper: BridgeKeeper)
    /// Runs what leads this site's bridges to the other site's pods.
    case runKeeper(keeper: BridgeKeeper)
    /// Leads the bridges of this run in these namespaces to where the other site is reached now.
    case refreshBridges(namespaces: [String])
    /// Tries, from inside this site, to reach names across their bridges, by a short Job.
    case tryBridges(trial: BridgeTrial)
    /// Tries what runs at this site, by a short Job.
    case runProbe(probe: ProbeJob)
    /// Removes the Job of a probe, with its pods.
    case removeProbe(probe: ProbeJob)
    /// Lets a Job listen at this site, by a local name of its own.
    case listen(listener: LinkListener)
    /// Sends bytes over the link to the listener of the other site, and fetches some, by a short Job.
    case tryTransfer(transfer: LinkTransfer)
    /// Removes the Job that listened, and its name.
    case stopListening(listener: LinkListener)
    /// Removes the slice that leads this name to the other site.
    case removeBridge(service: PlannedService)
    /// Makes this name select pods of this site.
    case addSelector(service: PlannedService)
    /// Stops this name from selecting pods of this site, left-over endpoints included.
    case removeSelector(service: PlannedService)
    /// Sets a workload's replicas through `/scale`.
    case scale(workload: WorkloadID, replicas: Replicas)
    /// Makes a StatefulSet run exactly these ordinals here, none of which the other site runs.
    case runOrdinals(workload: WorkloadID, ordinals: OrdinalRange)
    /// Stops a CronJob from starting Jobs; its undo lets it start them again, behind the last tick that
    /// the other site has begun.
    case suspend(workload: WorkloadID)
    /// Lets a CronJob start Jobs, behind the last tick that the other site has begun.
    case resume(workload: WorkloadID)
    /// Lets this site refuse deployments of a workload, its deletion included.
    case refuseDeploys(workload: WorkloadID)
    /// Lets this site refuse what anybody but the run and controllers does to a workload that the run has
    /// put there: deployments, other counts of pods, its deletion.
    case refuseChanges(workload: WorkloadID)
    /// Gives an Ingress of this site its names back instead of local names: finish.
    case pointEntryToNames(entry: ObjectReference, services: [String])
    /// Deletes objects of this site: finish, and what cannot be undone.
    case delete(objects: [DoomedObject])
    /// Takes the marks of this run off objects that it created, and gives DNS back: finish.
    case removeMarks(objects: [ObjectReference])
}

/// How many replicas a workload is scaled to.
package enum Replicas: Sendable, Hashable, Codable {
    case exactly(count: Int)
    /// So many exactly, and on the way back what was recorded exactly: the rest is at the other site.
    case portion(count: Int)
    /// As many as are ready at the other site when the step is made, and at least `min`.
    case asCounterpart(min: Int)
}

/// The numbers that the pods of a StatefulSet bear at one site, without gaps.
package struct OrdinalRange: Sendable, Hashable, Codable {
    /// The lowest one.
    package var start: Int
    /// How many there are; 0 for none.
    package var count: Int

    /// Takes the lowest number and how many there are.
    package init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }

    /// The numbers themselves.
    package var numbers: Range<Int> { start..<(start + max(0, count)) }
}

/// An object that a plan creates, and what the plan saw of it.
package struct PlannedObject: Sendable, Hashable, Codable {
    /// How the object differs from its original.
    package enum Form: String, Sendable, Hashable, Codable {
        /// As it is, without what its server added.
        case asItIs
        /// With 0 replicas: it is scaled up in its turn.
        case scaledToZero
        /// A StatefulSet with 0 replicas, numbered from behind the last pod of its original: its pods come
        /// from there downwards, one by one.
        case behindOrdinals
        /// A CronJob that starts nothing: it is resumed in its turn.
        case suspended
        /// A Service without its selector: its name is led across a bridge first.
        ///
        /// What makes it reachable from outside stays behind: types `LoadBalancer` and `NodePort`
        /// become `ClusterIP`, so that no address is taken or made before a person asks for it.
        case withoutSelector
        /// An Ingress whose backends are local names.
        case toLocalNames
    }

    /// What is created, under the same name at both sites.
    package var reference: ObjectReference
    /// How it differs from its original.
    package var form: Form
    /// The original, as the plan saw it at the other site.
    package var original: ObjectSeen
    /// What the plan saw under this name here, which is taken over and given its form; nil when it saw
    /// nothing, and then the object is created and never merged into a stranger's.
    package var present: ObjectSeen?

    /// Takes what planning decided.
    package init(
        reference: ObjectReference,
        form: Form,
        original: ObjectSeen,
        present: ObjectSeen?
    ) {
        self.reference = reference
        self.form = form
        self.original = original
        self.present = present
    }

    /// Whether it is what crosses, and not what exists for it.
    package var isWorkload: Bool {
        [.scaledToZero, .behindOrdinals, .suspended].contains(form) || reference.kind == "DaemonSet"
    }
}

/// An object that a plan deletes: the one that it saw, and no other of the name.
package struct DoomedObject: Sendable, Hashable, Codable {
    /// What people call it.
    package var reference: ObjectReference
    /// The incarnation that the plan saw; nil for what the run itself makes, which bears its mark.
    package var uid: String?

    /// Takes what planning decided.
    package init(reference: ObjectReference, uid: String?) {
        self.reference = reference
        self.uid = uid
    }
}

/// Which incarnation of an object was seen, and in which version.
package struct ObjectSeen: Sendable, Hashable, Codable {
    /// Lives as long as this incarnation of the object.
    package var uid: String
    /// Opaque; equal when nothing has changed, and never compared otherwise.
    package var resourceVersion: String
    /// Counts changes of the desired state, where the kind has it; status does not move it.
    package var generation: Int?

    /// Takes what a server said of an object.
    package init(uid: String, resourceVersion: String, generation: Int? = nil) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.generation = generation
    }
}
