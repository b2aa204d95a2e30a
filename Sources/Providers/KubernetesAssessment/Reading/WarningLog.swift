import KubernetesAPI
import KubernetesObjects
import Synchronization

/// What a server remarks while it is asked.
package final class WarningLog: Sendable {
    private struct Entry: Hashable {
        let path: String
        let text: String
    }

    private let entries = Mutex<Set<Entry>>([])

    /// Nothing was remarked yet.
    package init() {}

    /// Remembers what servers remark on the calls of a client.
    package var observer: KubernetesClient.Observer {
        KubernetesClient.Observer(didWarn: { [self] warning in
            entries.withLock {
                _ = $0.insert(Entry(path: warning.call.path, text: warning.text))
            }
        })
    }

    /// Sorted; what was remarked on something else than a kind's collection is left out.
    func warnings(by discovery: Discovery) -> [ServerWarning] {
        let entries = entries.withLock { $0 }
        var warnings: Set<ServerWarning> = []
        for entry in entries {
            let plural = entry.path.split(separator: "/").last.map(String.init) ?? ""
            let kind = discovery.kinds.first { kind in
                kind.plural == plural
                    && entry.path.hasPrefix(kind.path().dropLast(plural.utf8.count))
            }
            guard let kind else { continue }
            warnings.insert(
                ServerWarning(
                    groupKind: kind.groupKind,
                    text: entry.text
                )
            )
        }
        return warnings.sorted()
    }
}
