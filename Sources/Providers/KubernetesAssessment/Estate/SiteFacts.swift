import Clocks
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel

/// What is known of one site.
package struct SiteFacts: Sendable {
    /// What a person calls it.
    package let name: String
    /// Nil when it was not told.
    package var version: ServerVersion?
    /// What it serves; nil when there is no server to ask.
    package var discovery: Discovery?
    /// Whether what is not there is absent: files say only what is in them.
    package var isLive: Bool
    /// Objects by `groupKind`, each sorted by key; what controllers make is only counted.
    package var objects: [String: [SlimObject]] = [:]
    /// Which objects are kept.
    package var keys: Set<CopyKey> = []
    /// How many objects there are, by `groupKind`, those included that are not kept.
    package var counts: [String: Int] = [:]
    /// What its server's clock showed; nil when that was not asked.
    package var clock: SiteClock?
    /// How it calls itself in the tokens that it signs; nil when that was not asked, or not told.
    package var issuer: String?
    /// What is set aside for the pods that run, by node.
    package var setAside: [String: Requests] = [:]
    /// What could not be read, each with its reason, sorted.
    package var unreadable: [String] = []
    /// What the server remarked while it was read, sorted, each once.
    package var warnings: [ServerWarning] = []

    /// Of a site of which nothing is read yet; `isLive` says that what is not there is absent.
    package init(
        name: String,
        version: ServerVersion? = nil,
        discovery: Discovery? = nil,
        isLive: Bool = true
    ) {
        self.name = name
        self.version = version
        self.discovery = discovery
        self.isLive = isLive
    }

    /// Objects of one kind, sorted by key.
    func all(_ groupKind: String) -> [SlimObject] { objects[groupKind] ?? [] }

    /// Whether an object of this kind and name is there.
    func has(_ groupKind: String, _ name: String, in namespace: String? = nil) -> Bool {
        let parts = groupKind.split(separator: ".", maxSplits: 1).map(String.init)
        return keys.contains(
            CopyKey(
                group: parts.count == 2 ? parts[1] : "",
                kind: parts[0],
                namespace: namespace,
                name: name
            )
        )
    }

    /// Whether all objects of a kind could be read; `plural` as in `secrets`, `pods`.
    func hasRead(_ plural: String) -> Bool {
        !unreadable.contains {
            $0 == plural || $0.hasPrefix("\(plural) ") || $0.hasPrefix("\(plural):")
        }
    }

    /// Everything that makes pods, sorted by key.
    var workloads: [SlimObject] {
        objects.values.joined().filter { $0.pods != nil }.sorted { $0.key < $1.key }
    }

    /// Nodes that would take a pod.
    var readyNodes: [NodeFacts] {
        all("Node").map(NodeFacts.init).filter { $0.isReady && !$0.isCordoned }
    }
}

/// A server's clock against this machine's.
package struct SiteClock: Sendable, Hashable {
    /// How far it goes ahead of this machine's, as exactly as whole seconds tell.
    package let lead: Duration
    /// The server's time when its objects began to be read.
    package let begin: WallTime
    /// The server's time when all of its objects had been read.
    package let end: WallTime
}

/// What a server remarked on a kind.
package struct ServerWarning: Sendable, Hashable, Comparable {
    /// `Deployment.apps`.
    package let groupKind: String
    /// In the server's words.
    package let text: String

    /// By kind, then by text.
    package static func < (left: ServerWarning, right: ServerWarning) -> Bool {
        (left.groupKind, left.text) < (right.groupKind, right.text)
    }
}

/// What a scheduler looks at.
package struct NodeFacts: Sendable {
    let name: String
    let labels: [String: String]
    let taints: [Taint]
    let isReady: Bool
    let isCordoned: Bool
    let allocatable: Requests
    let architecture: String
    let kubelet: ServerVersion?

    /// What keeps pods away that do not tolerate it.
    struct Taint: Sendable, Hashable {
        let key: String
        let value: String
        let effect: String
    }

    init(_ node: SlimObject) {
        name = node.name
        labels = node.labels
        taints = (node.body.at("spec", "taints")?.array ?? []).map {
            Taint(
                key: $0["key"]?.string ?? "",
                value: $0["value"]?.string ?? "",
                effect: $0["effect"]?.string ?? ""
            )
        }
        isCordoned = node.body.at("spec", "unschedulable")?.bool ?? false
        isReady = node.body.hasCondition("Ready")
        allocatable = Requests(node.body.at("status", "allocatable"))
        architecture =
            node.body.at("status", "nodeInfo", "architecture")?.string
            ?? node.labels["kubernetes.io/arch"] ?? ""
        kubelet = (node.body.at("status", "nodeInfo", "kubeletVersion")?.string).flatMap {
            ServerVersion($0)
        }
    }

    var isControlPlane: Bool {
        labels["node-role.kubernetes.io/control-plane"] != nil
            || labels["node-role.kubernetes.io/master"] != nil
    }

    var zone: String? { labels["topology.kubernetes.io/zone"] }
}
