import MigrationModel

extension Finding {
    /// Nobody asks workers that were replaced.
    static let reloadsUncounted = Finding(
        check: "haproxy-reloads",
        severity: .note,
        objects: ["spec.traffic.haproxy"],
        reason: "connections that are open when HAProxy is reloaded stay with its earlier worker, "
            + "which is asked by nobody: after a reload while a run goes on, what still runs "
            + "at the source is not known, and those of a reload before it are missed",
        remedy: "name the socket of HAProxy's master CLI (-S) as "
            + "spec.traffic.haproxy.masterSocket, and they are counted (docs/haproxy.md)"
    )
}
