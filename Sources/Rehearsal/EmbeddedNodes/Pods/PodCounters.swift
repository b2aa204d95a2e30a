import EmbeddedSites
import Synchronization

/// What a pod has done so far, and whom it called.
package struct PodCounts: Sendable, Equatable {
    /// Calls to one name that were answered by one site.
    package struct Edge: Sendable, Hashable, Comparable {
        /// As the caller wrote it.
        package let name: String
        /// The site that answered; nil when nobody did.
        package let answeredBy: TwinSite?

        package static func < (left: Edge, right: Edge) -> Bool {
            (left.name, left.answeredBy?.rawValue ?? "")
                < (right.name, right.answeredBy?.rawValue ?? "")
        }
    }

    /// Requests that were answered, whatever the status.
    package var served = 0
    /// Requests that are not answered yet.
    package var inFlight = 0
    /// Answers by status.
    package var statuses: [Int: Int] = [:]
    /// How often each name was called, by who answered.
    package var calls: [Edge: Int] = [:]
    /// Requests that had come round to where they had been.
    package var looped = 0
    /// Calls that failed, by the reason's word.
    package var callFailures: [String: Int] = [:]

    package init() {}

    /// Adds what another pod of the workload has done.
    package mutating func add(_ other: PodCounts) {
        served += other.served
        inFlight += other.inFlight
        looped += other.looped
        statuses.merge(other.statuses, uniquingKeysWith: +)
        calls.merge(other.calls, uniquingKeysWith: +)
        callFailures.merge(other.callFailures, uniquingKeysWith: +)
    }
}

/// The counters of one pod, written by its event loop and read by whoever asks.
final class PodCounters: Sendable {
    private let counts = Mutex(PodCounts())

    var snapshot: PodCounts { counts.withLock { $0 } }

    func began() {
        counts.withLock { $0.inFlight += 1 }
    }

    func answered(status: Int, isLoop: Bool = false) {
        counts.withLock { counts in
            counts.inFlight -= 1
            counts.served += 1
            counts.statuses[status, default: 0] += 1
            if isLoop { counts.looped += 1 }
        }
    }

    func called(_ name: String, answeredBy site: TwinSite?, failure: String? = nil) {
        counts.withLock { counts in
            counts.calls[PodCounts.Edge(name: name, answeredBy: site), default: 0] += 1
            if let failure { counts.callFailures[failure, default: 0] += 1 }
        }
    }
}
