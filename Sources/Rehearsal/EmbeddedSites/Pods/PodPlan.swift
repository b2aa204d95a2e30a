import ConnectionTrials
import JSONValues
import KubernetesObjects

/// What a node reads out of a Pod: who it is and how it is to behave.
package struct PodPlan: Sendable {
    package let namespace: String
    package let name: String
    package let uid: String
    /// The Deployment, StatefulSet or whatever else stands at the top, or the pod itself.
    package let workload: String
    /// What is called for each request.
    package let calls: [PodCall]
    /// How long it takes to answer, without the calls.
    package let latency: PodLatency
    /// The ports its containers declare; none means that it listens on every one.
    package let ports: Set<Int>
    /// `initialDelaySeconds` of its slowest readiness probe.
    package let readinessDelay: Duration
    /// How long it runs, for a pod that ends by itself.
    package let runTime: Duration?
    /// What it ends with, for a pod that ends by itself.
    package let exitCode: Int
    package let gracePeriod: Duration
    /// What it tries to reach instead, for a pod that runs a `ConnectionTrial`.
    package let trial: ConnectionTrial?
    /// What it sends and fetches instead, for a pod that runs a `TransferTrial`.
    package let transfer: TransferTrial?

    /// Nil for an object without the metadata that every stored Pod has.
    package init?(_ pod: JSON) {
        guard let namespace = pod.namespace, let name = pod.name, let uid = pod.uid else {
            return nil
        }
        self.namespace = namespace
        self.name = name
        self.uid = uid
        let annotations = pod.annotations
        let containers = pod.at("spec", "containers")?.array ?? []
        workload = Self.workload(of: pod) ?? name
        calls = Self.calls(annotations, containers)
        latency = PodLatency(annotations)
        let ports = containers.flatMap { $0["ports"]?.array ?? [] }
        self.ports = Set(
            ports.filter { $0["protocol"]?.string ?? "TCP" == "TCP" }
                .compactMap { $0["containerPort"]?.int }
        )
        readinessDelay =
            containers.compactMap { $0.at("readinessProbe", "initialDelaySeconds")?.int }.max()
            .map { .seconds($0) } ?? .zero
        gracePeriod = .seconds(pod.at("spec", "terminationGracePeriodSeconds")?.int ?? 30)
        trial = ConnectionTrial(pod)
        transfer = TransferTrial(pod)
        exitCode = annotations[TwinAnnotation.exitCode].flatMap { Int($0) } ?? 0
        let isForEver =
            pod.at("spec", "restartPolicy")?.string ?? "Always" == "Always"
            || TransferListener.isListening(pod)
        runTime =
            isForEver
            ? nil
            : annotations[TwinAnnotation.runTime].flatMap(Duration.init(written:))
                ?? .milliseconds(300)
    }

    /// `namespace/name` of the workload, as answers say it.
    package var workloadID: String { "\(namespace)/\(workload)" }

    /// The owner, and of a ReplicaSet that a Deployment made, the Deployment.
    private static func workload(of pod: JSON) -> String? {
        guard let owner = pod.controllerReference, let name = owner["name"]?.string else {
            return nil
        }
        guard owner["kind"]?.string == "ReplicaSet", let hash = pod.labels["pod-template-hash"],
            name.hasSuffix("-\(hash)")
        else { return name }
        return String(name.dropLast(hash.count + 1))
    }

    private static func calls(_ annotations: [String: String], _ containers: [JSON]) -> [PodCall] {
        if let written = annotations[TwinAnnotation.calls] {
            return written.split(separator: ",").map { part in
                // What stands in answers as it was written must not end a JSON string.
                let text = part.filter { $0 != " " && $0 != "\"" && $0 != "\\" && !$0.isNewline }
                return PodCall(text: text, name: ServiceName(text), isSurmised: false)
            }
        }
        var seen: Set<ServiceName> = []
        return containers.flatMap { $0["env"]?.array ?? [] }.compactMap { variable in
            guard let text = variable["value"]?.string, text.contains(":"),
                let name = ServiceName(text), seen.insert(name).inserted
            else { return nil }
            return PodCall(text: text, name: name, isSurmised: true)
        }
    }
}

/// One call that a pod makes for each request.
package struct PodCall: Sendable, Equatable {
    /// As it was written.
    package let text: String
    /// Nil when what was written is no name; the call then fails.
    package let name: ServiceName?
    /// Whether it was read out of an environment variable: such a call is made only while DNS
    /// knows the name, since the variable may mean something else.
    package let isSurmised: Bool
}

/// The annotations on a pod template that tell the twin how its pods behave.
package enum TwinAnnotation {
    /// The names that are called for each request: `cart.shop,users.accounts:8080`.
    package static let calls = "twin.diolkos.dev/calls"
    /// How long an answer takes: `5ms`.
    package static let latency = "twin.diolkos.dev/latency"
    /// The share of requests that are slow: `0.01`, or `10/1000`.
    package static let slowShare = "twin.diolkos.dev/slow-share"
    /// How long a slow answer takes, 250 ms unless told: `200ms`.
    package static let slowLatency = "twin.diolkos.dev/slow-latency"
    /// How long a pod runs that does not run for ever: `2s`.
    package static let runTime = "twin.diolkos.dev/run-time"
    /// What such a pod ends with, 0 unless told: `3`.
    package static let exitCode = "twin.diolkos.dev/exit-code"
}

/// How long a pod takes to answer: drawn anew for each request.
package struct PodLatency: Sendable, Equatable {
    /// The mean of the usual answers, which take from half of it to one and a half.
    package let usual: Duration
    package let slow: Duration
    package let slowShare: Double

    /// 1 ms where nothing is said, and 250 ms for slow answers.
    package init(_ annotations: [String: String]) {
        let written = annotations[TwinAnnotation.latency].flatMap(Duration.init(written:))
        usual = written ?? .milliseconds(1)
        slowShare = annotations[TwinAnnotation.slowShare].flatMap(Self.share) ?? 0
        slow =
            annotations[TwinAnnotation.slowLatency].flatMap(Duration.init(written:))
            ?? .milliseconds(250)
    }

    private static func share(written text: String) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(Double.init)
        switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
        case (1, let share?, _): return share
        case (2, let count?, let whole?) where whole > 0: return count / whole
        default: return nil
        }
    }

    package func draw(_ draws: SeededDraws) -> Duration {
        if slowShare > 0, draws.share() < slowShare { return slow }
        return usual == .zero ? .zero : usual * (0.5 + draws.share())
    }
}

extension Duration {
    /// A duration as Go writes it, with one unit: `5ms`, `1.5s`, `2m`; nil for anything else.
    package init?(written text: String) {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard let value = Double(digits), value < 1e6 else { return nil }
        switch text.dropFirst(digits.count) {
        case "us": self = .seconds(value / 1e6)
        case "ms": self = .seconds(value / 1e3)
        case "s": self = .seconds(value)
        case "m": self = .seconds(value * 60)
        default: return nil
        }
    }
}
