/// What can be set about an embedded cluster.
package struct ClusterConfiguration: Sendable {
    /// Where Services get their addresses, `10.96.0.0/16` unless told.
    package var serviceRange = "10.96.0.0/16"
    /// Where Services get addresses of the other family, such as `fd00:10:96::/112`; empty for none.
    package var secondServiceRange = ""
    /// Where Services get their node ports, the range of a real server unless told.
    package var nodePortRange = 30_000...32_767
    /// Where the `kubernetes` Service leads; nothing needs to listen there.
    package var apiServerAddress = "192.0.2.1"
    /// How many changes are remembered per resource, for watches to resume and pages to continue.
    package var historyMax = 10_000
    /// How far a watcher may fall behind before it is ended.
    package var watchPendingMax = 100_000
    /// The first resourceVersion, less one: two clusters should differ so that mix-ups show.
    package var firstRevision = 100
    /// What `/version` answers.
    package var version = ServerVersion()
    /// How it calls itself in the tokens that it makes.
    package var issuer = "https://kubernetes.default.svc"
    /// The largest body that a request may have, in bytes: a real server's 3 MiB unless told.
    package var bodySizeMax = 3 * 1_024 * 1_024

    package init() {}
}
