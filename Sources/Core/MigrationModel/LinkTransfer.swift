/// A Job of a site that listens for a while, so that the other site can send it bytes over the link.
///
/// It is reached as any name of the site is across a bridge: by a local name of its own.
package struct LinkListener: Sendable, Hashable, Codable {
    /// What the Job is called, in the namespace of its name.
    package var job: String
    /// The name that leads to it; nobody calls it but the Job that sends.
    package var service: PlannedService
    /// What the Job runs; it has `sh` and busybox's `nc`.
    package var image: String

    /// A listener in this namespace, which the other site reaches by this way.
    package init(namespace: String, way: BridgeWay, image: String) {
        job = "diolkos-listen"
        // Every pod of a Job bears its name.
        service = PlannedService(
            service: ServiceName(namespace: namespace, name: "diolkos-link"),
            selector: ["job-name": job],
            ports: [
                ServicePort(
                    name: "http",
                    port: LinkListener.port,
                    targetPort: "\(LinkListener.port)"
                )
            ],
            way: way
        )
        self.image = image
    }

    /// The port at which it listens.
    package static let port = 8_080

    /// The Job itself.
    package var reference: ObjectReference {
        .job(namespace: service.service.namespace, name: job)
    }
}

/// A short Job that sends bytes to the listener of the other site and fetches some from there.
package struct LinkTransfer: Sendable, Hashable, Codable {
    /// What the Job is called, in the namespace of the listener's name.
    package var job: String
    /// Who listens at the other site.
    package var listener: LinkListener
    /// What one connection has to carry each way, in bytes a second; nil where nobody asks for so much.
    package var throughputMin: Int?

    /// Takes what planning decided.
    package init(job: String, listener: LinkListener, throughputMin: Int?) {
        self.job = job
        self.listener = listener
        self.throughputMin = throughputMin
    }

    /// The Job itself.
    package var reference: ObjectReference {
        .job(namespace: listener.service.service.namespace, name: job)
    }
}

extension BridgeTrial {
    /// The Job that tries.
    package var reference: ObjectReference { .job(namespace: namespace, name: job) }
}

extension ObjectReference {
    fileprivate static func job(namespace: String, name: String) -> ObjectReference {
        ObjectReference(apiVersion: "batch/v1", kind: "Job", namespace: namespace, name: name)
    }
}
