import EmbeddedAPI
import EmbeddedSites
import Synchronization

/// Something that decides where a way through the network ends.
enum WayMark: Sendable, Hashable {
    /// Who holds an address.
    case address(TwinAddress)
    /// What the Service proxies of a site know of a Service.
    case service(TwinSite, ServiceKey)
    /// What stands behind a port of every node of a site.
    case nodePort(TwinSite, Int)
    /// What the entry of a site knows of a Service.
    case entryService(TwinSite, ServiceKey)
    /// The rules of a site's entry.
    case rules(TwinSite)
}

/// What a way was found by: it ends where it did until one of these changes.
///
/// The link, and whether a site's pods answer well, are part of every way and not named.
struct Way: Sendable {
    private(set) var marks: Set<WayMark> = []

    mutating func depends(on mark: WayMark) { marks.insert(mark) }

    /// The sites through whose entries it leads.
    var entries: Set<TwinSite> {
        Set(
            marks.compactMap { mark in
                if case .rules(let site) = mark { site } else { nil }
            }
        )
    }
}

/// What has changed on the ways of a network since somebody last asked.
final class WayWatch: Sendable {
    /// Invariant: a set, so never more than there are things that decide.
    struct Changes: Sendable {
        var marks: Set<WayMark> = []
        /// Whether every way may end elsewhere.
        var isEverything = true

        var isEmpty: Bool { marks.isEmpty && !isEverything }

        /// Whether a way may end elsewhere now.
        func concern(_ way: Way) -> Bool { isEverything || !marks.isDisjoint(with: way.marks) }
    }

    private let changes = Mutex(Changes())

    /// What came since the last call; at first, everything.
    func take() -> Changes {
        changes.withLock { changes in
            defer { changes = Changes(isEverything: false) }
            return changes
        }
    }

    func note(_ marks: [WayMark]) { changes.withLock { $0.marks.formUnion(marks) } }

    func noteEverything() { changes.withLock { $0.isEverything = true } }
}

extension ServiceDirectory {
    /// Takes in a change, and tells by what it may be seen: by Services, and by node ports.
    mutating func take(_ change: ObjectChange) -> (services: Set<ServiceKey>, nodePorts: Set<Int>) {
        let services = ServiceDirectory.services(in: change)
        let before = services.flatMap(nodePorts)
        apply(change)
        return (services, Set(before + services.flatMap(nodePorts)))
    }
}
