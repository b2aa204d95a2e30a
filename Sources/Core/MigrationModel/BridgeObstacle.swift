/// A policy of a site that would keep bridges from carrying, as far as its objects tell.
package struct BridgeObstacle: Sendable, Hashable, Codable, Comparable {
    /// What it keeps out, or in.
    package enum Barrier: String, Sendable, Hashable, Codable, Comparable, CaseIterable {
        /// What comes from the other site does not reach pods here.
        case intoPods
        /// Pods here do not reach the other site.
        case outOfPods
        /// The short Jobs that try bridges from here do not reach the other site.
        case outOfTrials
        /// What comes from the other site does not reach the Job that listens here.
        case intoListener

        package static func < (left: Barrier, right: Barrier) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// The policy.
    package var policy: ObjectReference
    /// What it keeps out, or in.
    package var barrier: Barrier
    /// By which of the other site's addresses bridges come or go that it keeps.
    package var reach: BridgeReach
    /// Whom it concerns, in words; sorted.
    package var concerns: [String]
    /// The ports of pods that are behind it; sorted, each `http` or `8080`, with `/UDP` where it is not
    /// TCP.
    package var ports: [String]
    /// Why it would, where another NetworkPolicy beside it would not help; nil where one would.
    package var reason: String?
    /// What a person can do, where another NetworkPolicy would not help.
    package var remedy: String?

    /// Takes what was seen of one policy.
    package init(
        policy: ObjectReference,
        barrier: Barrier,
        reach: BridgeReach = .nodes,
        concerns: [String],
        ports: [String] = [],
        reason: String? = nil,
        remedy: String? = nil
    ) {
        self.policy = policy
        self.barrier = barrier
        self.reach = reach
        self.concerns = concerns
        self.ports = ports
        self.reason = reason
        self.remedy = remedy
    }

    /// By policy, then by what it bars.
    package static func < (left: BridgeObstacle, right: BridgeObstacle) -> Bool {
        if left.policy != right.policy { return left.policy < right.policy }
        if left.barrier != right.barrier { return left.barrier < right.barrier }
        return left.reach.rawValue < right.reach.rawValue
    }
}

/// Whose addresses meet where a bridge crosses from site to site.
package enum BridgeReach: String, Sendable, Hashable, Codable, CaseIterable {
    /// Those of nodes: of node ports, and of all that stands before them.
    case nodes
    /// Those of pods at both ends.
    case pods
}

extension BridgeWay {
    /// Whose addresses meet on this way.
    package var reach: BridgeReach { self == .podAddresses ? .pods : .nodes }
}

/// A NetworkPolicy that a run puts beside another one, for the pods that that one isolates.
///
/// Policies add up, and pods that no policy selects are open: so one for exactly the pods of another
/// closes nothing.
package struct BridgeAdmission: Sendable, Hashable, Codable {
    /// The policy whose pods it is for.
    package var beside: ObjectReference
    /// Whether bridges are let in, with these ports; else they are let out.
    package var letsIn: Bool
    /// By which addresses of the other site they come or go.
    package var reach: BridgeReach
    /// As an obstacle has them.
    package var ports: [String]

    /// Takes what planning decided.
    package init(
        beside: ObjectReference,
        letsIn: Bool,
        reach: BridgeReach = .nodes,
        ports: [String]
    ) {
        self.beside = beside
        self.letsIn = letsIn
        self.reach = reach
        self.ports = ports
    }

    /// What the run makes.
    package var reference: ObjectReference {
        ObjectReference(
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            namespace: beside.namespace,
            name: "diolkos-\(letsIn ? "in" : "out")-\(beside.name)"
        )
    }
}
