/// A gate: something that must be seen to hold before the next step.
package enum Condition: Sendable, Hashable, Codable {
    /// The workload has at least this many ready replicas.
    case ready(site: SiteRole, workload: WorkloadID, replicas: ReadyGoal)
    /// The name, which may be a local name, has ready endpoints of this kind in its slices.
    case endpoints(site: SiteRole, service: ServiceName, kind: EndpointKind)
    /// The name leads across its bridge and to no pod of this site any more.
    case bridgedOnly(site: SiteRole, service: ServiceName)
    /// Every name of the trial answered when it was tried from inside this site.
    case bridgesAnswer(site: SiteRole, trial: BridgeTrial)
    /// Somebody listens at this site for what the other site is to send.
    case listens(site: SiteRole, listener: LinkListener)
    /// Packets of full size went both ways over the link when tried from inside this site, and as fast as
    /// was asked for.
    case linkCarries(site: SiteRole, transfer: LinkTransfer)
    /// The site's clock goes as ours does, and the certificates that are shown there count until all has
    /// crossed.
    case trusted(site: SiteRole, look: CertificateLook)
    /// The workload answers through its local name at this site, in this many probes in a row.
    case answersThroughLocalName(site: SiteRole, service: ServiceName, probe: ProbeShape)
    /// The workload answers through the entry of this site, asked for with this Host.
    case answersThroughEntry(site: SiteRole, host: String, probe: ProbeShape)
    /// The data plane serves this share, for this long, within these limits.
    ///
    /// At none and at all, the site that should get nothing has got nothing and has nothing in flight.
    case share(route: RouteID, weight: ShareGoal, limits: ShareLimits)
    /// The store's copy at this site is so, as its program tells.
    case store(site: SiteRole, store: Store, goal: StoreGoal)
    /// Nobody has deployed the workload anew since the plan saw it; `template` is the digest of what its
    /// pods ran then.
    case deployedAsPlanned(site: SiteRole, workload: WorkloadID, template: String)
    /// What the workload's pods read at the site says there what its copy at the other site says.
    ///
    /// An original that nobody has touched since the plan saw it is what was copied.
    case configuredAsCopied(
        site: SiteRole,
        workload: WorkloadID,
        configuration: [CopiedConfiguration]
    )
    /// Nobody but the run and controllers has changed what the run has put at the site of the workload,
    /// as the server took down who wrote which field.
    ///
    /// `countsPods` tells whether how many pods it has is the run's to say, and no autoscaler's.
    case keptAsMade(site: SiteRole, workload: WorkloadID, countsPods: Bool)
    /// The site refuses to let anybody deploy the workload, or lets everybody again who may.
    ///
    /// Seen by a deployment that is tried and not made.
    case deploysRefused(site: SiteRole, workload: WorkloadID, isRefused: Bool)
    /// The workload has no pod left at this site, terminating ones included.
    ///
    /// Pods that have ended run nothing, however long they are kept. Of a CronJob no Job is left that has
    /// not ended.
    case gone(site: SiteRole, workload: WorkloadID)
    /// The StatefulSet is not to run this ordinal at this site, and no pod of it is left there,
    /// terminating ones included.
    case ordinalGone(site: SiteRole, workload: WorkloadID, ordinal: Int)
    /// No minute begins at this site, or has just begun: no CronJob starts anything now.
    case betweenTicks(site: SiteRole)
    /// Every Job of these namespaces has ended, but for suspended ones and those of the run itself.
    case jobsEnded(site: SiteRole, namespaces: [String])
    /// A Prometheus says what the gate wants, for as long as it wants.
    case metric(gate: MetricGate)
    /// A trial of what runs at the target succeeds.
    case smoke(probe: SmokeProbe)
    /// A trial by a Job at this site succeeded.
    case probeSucceeded(site: SiteRole, probe: ProbeJob)
    /// Both sites answer the same questions alike.
    case sameAnswers(comparison: AnswerComparison)
    /// This much time has passed: proxies that tell nobody how far they are can have followed.
    case settled(milliseconds: Int)
}

extension Condition {
    /// The site whose platform looks whether it holds; nil where others are asked, or time is.
    package var platformSite: SiteRole? {
        switch self {
        case .ready(let site, _, _), .endpoints(let site, _, _), .bridgedOnly(let site, _),
            .bridgesAnswer(let site, _), .listens(let site, _), .linkCarries(let site, _),
            .trusted(let site, _),
            .answersThroughLocalName(let site, _, _), .answersThroughEntry(let site, _, _),
            .gone(let site, _),
            .ordinalGone(let site, _, _), .deployedAsPlanned(let site, _, _),
            .configuredAsCopied(let site, _, _), .keptAsMade(let site, _, _),
            .deploysRefused(let site, _, _), .betweenTicks(let site), .jobsEnded(let site, _),
            .probeSucceeded(let site, _):
            site
        case .share, .store, .metric, .smoke, .sameAnswers, .settled: nil
        }
    }
}

/// How many replicas must be ready.
package enum ReadyGoal: Sendable, Hashable, Codable {
    case atLeast(count: Int)
    /// As many as the step asked for, or as its undo gave back.
    case asRequested
}

/// Where the endpoints of a name must lie.
package enum EndpointKind: String, Sendable, Hashable, Codable {
    /// Pods of this site.
    case local
    /// The bridge to the other site.
    case bridge
}

/// Which share must be seen.
package enum ShareGoal: Sendable, Hashable, Codable {
    case exactly(weight: Weight)
    /// What the before-image of the step says: for the way back.
    case asBefore
}

/// When an observed share is good enough.
package struct ShareLimits: Sendable, Hashable, Codable {
    /// How many requests must be counted at each site that should get any.
    ///
    /// A gate with fewer waits for more, or sends probes; it never passes by default.
    package var requestsMin: Int
    /// How long the share must be seen before the next step.
    package var soakMilliseconds: Int
    /// How far the observed share may lie from the requested one, in percent points, beside what
    /// the number of requests explains.
    package var shareTolerance: Double
    /// The target's share of failed requests may exceed the source's by this much, in percent,
    /// beside what chance explains.
    package var failureExcessMax: Double
    /// The source's own share of failed requests, in percent, above which no share is judged good: where
    /// both sites fail alike, the target is no worse and nothing is well.
    package var failureMax: Double
    /// The target's mean latency may exceed the source's by this factor, link latency discounted.
    package var latencyFactorMax: Double
    /// The target's mean latency may in any case exceed the source's by this: the link's latency,
    /// and the noise of short answers.
    package var latencySlackMicroseconds: Int
    /// The path of our own requests when the route is idle.
    package var probePath: String
    /// For how long what still runs at a site that is left may take to end, before the gate holds
    /// nevertheless and tells how much it is; nil where it has to end.
    package var residualPatienceMilliseconds: Int?

    /// Takes each limit, or what is usual for it.
    package init(
        requestsMin: Int = 20,
        soakMilliseconds: Int = 30_000,
        shareTolerance: Double = 3,
        failureExcessMax: Double = 0,
        failureMax: Double = 5,
        latencyFactorMax: Double = 3,
        latencySlackMicroseconds: Int = 50_000,
        probePath: String = "/",
        residualPatienceMilliseconds: Int? = nil
    ) {
        self.requestsMin = requestsMin
        self.soakMilliseconds = soakMilliseconds
        self.shareTolerance = shareTolerance
        self.failureExcessMax = failureExcessMax
        self.failureMax = failureMax
        self.latencyFactorMax = latencyFactorMax
        self.latencySlackMicroseconds = latencySlackMicroseconds
        self.probePath = probePath
        self.residualPatienceMilliseconds = residualPatienceMilliseconds
    }
}

/// A request that checks a gate.
package struct ProbeShape: Sendable, Hashable, Codable {
    /// The path that is asked for; begins with a slash.
    package var path: String
    /// How many answers below 500 in a row are needed.
    package var successesMin: Int
    /// How long one request may take.
    package var timeoutMilliseconds: Int

    /// Takes the probe as it is, or what is usual.
    package init(path: String = "/", successesMin: Int = 3, timeoutMilliseconds: Int = 2_000) {
        self.path = path
        self.successesMin = successesMin
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}
