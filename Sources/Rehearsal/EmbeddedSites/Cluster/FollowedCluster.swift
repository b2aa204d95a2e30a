import EmbeddedAPI
import JSONValues

/// The cluster of a site, as its nodes, its Service proxies and its entry know it.
///
/// An embedded one answers at once. A real one is as it was last told, and takes writes in their order.
package protocol FollowedCluster: Sendable {
    /// The resourceVersion of the last change that is known.
    var revision: Int { get }

    /// The object as it is known; `namespace` is nil for kinds without one.
    func get(_ resource: ResourceName, namespace: String?, name: String) -> JSON?

    /// The objects of one namespace, or of all.
    func list(_ resource: ResourceName, namespace: String?) -> [JSON]

    /// Every change of these resources, in order and without loss, behind the objects that exist if
    /// they are wanted.
    func changes(
        of resources: Set<ResourceName>,
        includingCurrent: Bool
    ) -> AsyncStream<ObjectChange>

    /// Adds an object.
    @discardableResult
    func create(_ object: JSON, manager: String, isDryRun: Bool) throws(APIStatusError) -> JSON

    /// Reads, changes and writes an object; a body that changes nothing writes nothing.
    @discardableResult
    func mutate(
        _ resource: ResourceName,
        namespace: String?,
        name: String,
        subresource: Subresource?,
        manager: String,
        _ body: (inout JSON) -> Void
    ) throws(APIStatusError) -> JSON

    /// Asks for the deletion of an object.
    @discardableResult
    func delete(
        _ resource: ResourceName,
        namespace: String?,
        name: String,
        options: DeleteOptions
    ) throws(APIStatusError) -> JSON?

    /// Tells what happened to an object, as an Event.
    func record(_ note: EventNote)

    /// Forgets Events that are older than a server keeps them.
    func forgetOldEvents()
}

extension EmbeddedCluster: FollowedCluster {}
