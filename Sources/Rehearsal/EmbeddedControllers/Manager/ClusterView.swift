import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// What a controller may look at: the objects, who owns whom, and the time.
struct ClusterView: Sendable {
    /// The cluster is only read through this view; writing is the manager's.
    private let cluster: EmbeddedCluster
    let now: WallTime
    let owners: OwnerIndex

    init(cluster: EmbeddedCluster, now: WallTime, owners: OwnerIndex) {
        self.cluster = cluster
        self.now = now
        self.owners = owners
    }

    /// Every resource that is served.
    var registry: ResourceRegistry { cluster.registry }

    func object(_ address: ObjectAddress) -> JSON? {
        cluster.get(address.resource, namespace: address.namespace, name: address.name)
    }

    func object(_ resource: ResourceName, namespace: String = "", name: String) -> JSON? {
        cluster.get(resource, namespace: namespace, name: name)
    }

    func objects(_ resource: ResourceName, namespace: String? = nil) -> [JSON] {
        cluster.list(resource, namespace: namespace)
    }

    /// The objects of one namespace whose labels match; none when `selector` is unreadable.
    func objects(
        _ resource: ResourceName,
        namespace: String,
        matching selector: LabelSelector
    ) -> [JSON] {
        objects(resource, namespace: namespace).filter { selector.matches($0) }
    }

    /// The time passed since an RFC 3339 text; nil when it is none.
    func age(since text: String?) -> Duration? {
        text.flatMap { WallTime(rfc3339: $0) }.map { $0.duration(to: now) }
    }
}
