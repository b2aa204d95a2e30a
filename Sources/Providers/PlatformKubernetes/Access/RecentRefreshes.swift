import Clocks
import MigrationModel
import MigrationPorts
import Synchronization

/// When one driver has last led the bridges of a site to where the other site is reached.
///
/// Many workloads cross side by side, and each asks for all bridges of its site: what one has just led need not be
/// read and compared again for the next. A driver that begins knows of none.
package final class RecentRefreshes: Sendable {
    /// As long as what leads to nodes leads to those that are there.
    package static let freshFor = Duration.seconds(5)
    private static let pause = Duration.milliseconds(50)

    /// Which bridges.
    struct Subject: Sendable, Hashable {
        let run: RunID
        let namespaces: [String]
    }

    /// What somebody came to who led them.
    struct Look: Sendable {
        /// What was changed.
        let receipt: Receipt
        /// Whether it holds for a moment: where it does not, as with pods, all who ask look for themselves.
        let holds: Bool
        /// The nodes to which they lead now; nil where they lead to none.
        let nodes: [String]?
    }

    private struct State {
        var underWay: Set<Subject> = []
        /// When the one that has ended last began to look, uptime, and the nodes that it found.
        var looked: [Subject: (at: Duration, nodes: [String]?)] = [:]
        /// When a bridge last came that was led to these nodes, uptime.
        var came: [[String]?: Duration] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Leads them, unless somebody has a moment ago; waits for whoever is at it.
    ///
    /// `areThose` answers whether these are the nodes that are there now.
    func once(
        _ subject: Subject,
        time: any TimeSource,
        _ areThose: ([String]) async throws(ProviderError) -> Bool,
        _ lead: () async throws(ProviderError) -> Look
    ) async throws(ProviderError) -> Receipt {
        while true {
            switch begin(subject, at: time.uptime) {
            case .fresh(let nodes):
                guard let nodes, try await !areThose(nodes) else { return Receipt() }
                state.withLock { $0.looked[subject] = nil }
                continue
            case .looks: break
            case .waits:
                do { try await time.sleep(for: Self.pause) } catch {
                    throw .unavailable(
                        reason: "the driver ended while the bridges were led",
                        retryAfter: nil
                    )
                }
                continue
            }
            let began = time.uptime
            defer { state.withLock { _ = $0.underWay.remove(subject) } }
            let look = try await lead()
            if look.holds { state.withLock { $0.looked[subject] = (began, look.nodes) } }
            return look.receipt
        }
    }

    /// A bridge has come, or may have, that was led to these nodes: nil for one that leads to none, nobody where it
    /// is not known to which.
    ///
    /// Who looked meanwhile may not have seen it, and does not speak for it where it found other nodes.
    func bridgeCame(ledTo nodes: [String]?, at now: Duration) {
        state.withLock { $0.came[nodes] = now }
    }

    private enum Turn {
        case fresh(nodes: [String]?)
        case looks
        case waits
    }

    private func begin(_ subject: Subject, at now: Duration) -> Turn {
        state.withLock { state in
            state.came = state.came.filter { now < $0.value + Self.freshFor }
            if let looked = state.looked[subject], now < looked.at + Self.freshFor,
                state.came.allSatisfy({ $0.key == looked.nodes || $0.value < looked.at })
            {
                return .fresh(nodes: looked.nodes)
            }
            return state.underWay.insert(subject).inserted ? .looks : .waits
        }
    }
}
