import KubernetesAPI
import KubernetesObjects

/// A source of which somebody is told how much was read.
package struct CountedSource: ObjectSource {
    private let source: any ObjectSource
    private let onRead: @Sendable (Int) -> Void

    /// `onRead` hears of the objects of each page, from many tasks at once.
    package init(_ source: any ObjectSource, onRead: @escaping @Sendable (Int) -> Void) {
        self.source = source
        self.onRead = onRead
    }

    /// The name of the source that is counted.
    package var name: String { source.name }

    /// What the source answers; it is not counted.
    package func discover() async throws(KubernetesError) -> Discovery {
        try await source.discover()
    }

    /// Reads of the source; pages are counted before `onPage` has them, and again when a list
    /// begins anew.
    package func read(
        _ kind: ResourceKind,
        namespace: String?,
        onPage: (ObjectPage) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        try await source.read(kind, namespace: namespace) {
            (page: ObjectPage) async throws(KubernetesError) in
            onRead(page.items.count)
            try await onPage(page)
        }
    }
}
