import MigrationModel

/// What bridges lead to at the other site, and what is done about policies in their way.
package struct BridgeRule: Sendable, Hashable {
    /// What a person chose, or left to what can be seen of the sites.
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Node ports, load balancers or an entry: the first that can carry, by what is seen of both sites.
        case auto
        case nodePorts
        /// Never chosen by itself: no object tells whether the sites route to each other's pods.
        case podAddresses
        case loadBalancer
        case entry
    }

    /// What becomes of network policies that would keep a bridge from carrying.
    package enum Policies: String, Sendable, Hashable, CaseIterable {
        /// They are named with what would admit bridges; nothing is changed.
        case find
        /// The run adds policies that admit bridges beside them, and takes them away again.
        case add
    }

    /// When the way from the source to the target is tried.
    package enum LinkTrial: String, Sendable, Hashable, CaseIterable {
        /// Before anything moves, though nobody is there yet: a refusal shows that packets get through.
        case first
        /// When pods are up at the target, before the first name of each workload is turned.
        case later
    }

    /// Whether bytes are sent over the link before anything moves.
    package enum Transfer: String, Sendable, Hashable, CaseIterable {
        /// A Job listens at each site for a while, and one at the other site sends.
        case measure
        /// Nobody listens, so neither how fast the link is nor how large its packets are is known.
        case skip
    }

    /// What becomes of clocks that go wrong, and of certificates that do not count until all has crossed.
    package enum Trust: String, Sendable, Hashable, CaseIterable {
        /// No plan is made, and a run stops before it has made anything.
        case hold
        /// They are told of, and stop nothing.
        case tell
    }

    /// What follows the pods or nodes that bridges lead to.
    package struct Keeper: Sendable, Hashable {
        /// What its pods run; it has `sh`, `awk` and `kubectl`.
        package var image: String
        /// Where pods of the other site reach the API of a site; of both.
        package var apis: [SiteRole: String]

        /// Takes what is stated.
        package init(image: String, apis: [SiteRole: String]) {
            self.image = image
            self.apis = apis
        }
    }

    /// What bridges lead to.
    package var mode: Mode
    /// When the way from the source to the target is tried.
    package var link: LinkTrial
    /// What the cluster is told of the load balancers of local names; nil when nothing was stated.
    ///
    /// Without the right ones many clouds open them to everybody, so a person has to say something.
    package var annotations: [String: String]?
    /// Where pods of the other site reach the entry of a site; nil where nothing was stated.
    package var entries: [SiteRole: String]
    /// The class of the Ingresses that lead to local names; nil for the cluster's default.
    package var ingressClass: String?
    /// For how long callers may go on using a connection to the other site's entry once their name leads
    /// elsewhere: that long the entry answers them still.
    package var connectionsMax: Duration
    /// What follows the pods or nodes that bridges lead to; nil for nothing but the run's steps.
    package var keeper: Keeper?
    /// What is done about policies.
    package var policies: Policies
    /// Whether bytes are sent over the link before anything moves.
    package var transfer: Transfer
    /// What one connection over the link has to carry each way, in bytes a second; nil where nothing was
    /// stated.
    package var throughputMin: Int?

    /// What becomes of clocks and certificates that are not as they should be.
    package var trust: Trust

    /// Takes what is stated, or what is usual.
    package init(
        mode: Mode = .auto,
        annotations: [String: String]? = nil,
        entries: [SiteRole: String] = [:],
        ingressClass: String? = nil,
        connectionsMax: Duration = .seconds(60),
        policies: Policies = .find,
        link: LinkTrial = .first,
        transfer: Transfer = .measure,
        throughputMin: Int? = nil,
        keeper: Keeper? = nil,
        trust: Trust = .hold
    ) {
        self.trust = trust
        self.keeper = keeper
        self.mode = mode
        self.link = link
        self.annotations = annotations
        self.entries = entries
        self.ingressClass = ingressClass
        self.connectionsMax = connectionsMax
        self.policies = policies
        self.transfer = transfer
        self.throughputMin = throughputMin
    }
}
