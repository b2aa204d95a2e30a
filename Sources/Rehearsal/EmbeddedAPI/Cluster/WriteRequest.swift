/// One write on its way: who wants what where.
struct WriteRequest: Sendable {
    let definition: ResourceDefinition
    /// The version that the writer speaks, `v1` of `apps/v1`.
    let version: String
    /// Empty for cluster-wide objects.
    let namespace: String
    let manager: String
    var subresource: Subresource?
    var isDryRun = false
}
