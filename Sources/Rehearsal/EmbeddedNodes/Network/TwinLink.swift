import EmbeddedSites
import Synchronization

/// The link between the two sites: how long it takes, and whether it carries at all.
package final class TwinLink: Sendable {
    /// What one way of the link does with bytes.
    struct Way: Sendable, Equatable {
        var latency: Duration
        var isCut: Bool
        /// Whether packets of full size are lost, and nobody is told.
        var losesLargePackets = false
    }

    private let ways: Mutex<(fromSource: Way, fromTarget: Way)>

    /// `latency` is of one way; a round trip takes twice that.
    package init(latency: Duration = .zero) {
        let way = Way(latency: latency, isCut: false)
        ways = Mutex((way, way))
    }

    /// Cuts or heals the way that leads away from `site`; the way back is another.
    ///
    /// What is sent into a cut way is held as TCP holds it, and arrives when the way is healed.
    package func setCut(_ isCut: Bool, from site: TwinSite) {
        ways.withLock {
            switch site {
            case .source: $0.fromSource.isCut = isCut
            case .target: $0.fromTarget.isCut = isCut
            }
        }
    }

    /// Lets the way that leads away from `site` lose packets of full size, or carry them again.
    ///
    /// Only the pods that try to send some bytes over the link see it; requests of the twin are small.
    package func setLosesLargePackets(_ loses: Bool, from site: TwinSite) {
        ways.withLock {
            switch site {
            case .source: $0.fromSource.losesLargePackets = loses
            case .target: $0.fromTarget.losesLargePackets = loses
            }
        }
    }

    func way(from site: TwinSite) -> Way {
        ways.withLock { site == .source ? $0.fromSource : $0.fromTarget }
    }

    /// What a new connection pays before it stands; nil while either way is cut.
    var roundTrip: Duration? {
        ways.withLock {
            if $0.fromSource.isCut || $0.fromTarget.isCut { return nil }
            return $0.fromSource.latency + $0.fromTarget.latency
        }
    }
}
