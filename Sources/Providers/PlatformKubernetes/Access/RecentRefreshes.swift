import Clocks
import MigrationModel
import MigrationPorts
import Synchronization

/// When one driver has last led the bridges of a site to where the other site is reached.
///
/// Many workloads cross side by side, and each asks for all bridges of its site: what one has just led need not be
/// read and compared again for the next. A driver that begins knows of none.
package final class RecentRefreshes: Sendable {
    /// Nothing in a cluster follows nodes that come and go any sooner.
    package static let freshFor = Duration.seconds(5)
    private static let pause = Duration.milliseconds(50)

    /// Which bridges.
    struct Subject: Sendable, Hashable {
        let run: RunID
        let namespaces: [String]
    }

    private struct State {
        var underWay: Set<Subject> = []
        /// When the one that has ended last began to look; uptime.
        var looked: [Subject: Duration] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Leads them, unless somebody has a moment ago; waits for whoever is at it.
    ///
    /// `lead` answers what it changed, and whether that holds for a moment: where it does not, as with pods, all who
    /// ask look for themselves.
    func once(
        _ subject: Subject,
        time: any TimeSource,
        _ lead: () async throws(ProviderError) -> (receipt: Receipt, holds: Bool)
    ) async throws(ProviderError) -> Receipt {
        while true {
            switch begin(subject, at: time.uptime) {
            case .fresh: return Receipt()
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
            let (receipt, holds) = try await lead()
            if holds { state.withLock { $0.looked[subject] = began } }
            return receipt
        }
    }

    private enum Turn {
        case fresh
        case looks
        case waits
    }

    private func begin(_ subject: Subject, at now: Duration) -> Turn {
        state.withLock { state in
            if let looked = state.looked[subject], now < looked + Self.freshFor { return .fresh }
            return state.underWay.insert(subject).inserted ? .looks : .waits
        }
    }
}
