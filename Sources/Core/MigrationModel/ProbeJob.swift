/// A short Job that tries what runs at the target from inside of it, before any user depends on it.
package struct ProbeJob: Sendable, Hashable, Codable {
    /// What the Job does.
    package enum Work: Sendable, Hashable, Codable {
        /// It connects over TCP.
        case connect(host: String, port: Int, image: String)
        /// It asks a gRPC server for the health of one of its services; empty for the server as a whole.
        case grpcHealth(host: String, port: Int, service: String, image: String)
        /// What a person wrote: a Job, without a name and a namespace.
        case program(job: JSONText)
    }

    /// What people call the probe.
    package var probe: String
    /// What the Job is called.
    package var job: String
    /// Where it runs: the namespace of what is tried.
    package var namespace: String
    /// What it does.
    package var work: Work
    /// How long it may take, or one attempt to connect.
    package var timeoutMilliseconds: Int

    /// Takes a probe; a plan gives the Job its name and its namespace.
    package init(
        probe: String,
        job: String = "",
        namespace: String = "",
        work: Work,
        timeoutMilliseconds: Int
    ) {
        self.probe = probe
        self.job = job
        self.namespace = namespace
        self.work = work
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// The Job as an object.
    package var reference: ObjectReference {
        ObjectReference(apiVersion: "batch/v1", kind: "Job", namespace: namespace, name: job)
    }
}
