import Clocks
import HTTPTransport
import JSONValues
import KubernetesObjects

extension APICall {
    /// Answers with the changes from a resourceVersion on, until the time asked for is over.
    func watch() throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        let filter = try ObjectFilter(request.query, route.definition)
        let options = try WatchOptions(request.query)
        let (watcher, start) = begin(options)
        let stream = WatchStream(
            watcher: watcher,
            start: start,
            encoding: encoding,
            filter: filter,
            namespace: route.namespace,
            options: options,
            time: cluster.time
        )
        return HTTPResponse(
            status: 200,
            headers: ["Content-Type": "application/json", "Cache-Control": "no-cache, private"],
            body: .stream(stream.chunks())
        )
    }

    /// Starts the watch in one moment with reading where it starts.
    private func begin(_ options: WatchOptions) -> (Watcher, WatchStart) {
        let resource = route.definition.storage
        return cluster.subscribe(to: [resource]) { state in
            let current = state.store.revision
            let table = state.store[resource]
            switch options.begin {
            case .now: return ([], .at(current))
            case .current:
                let first = table.all(namespace: route.namespace).map {
                    StoredChange(kind: .added, resource: resource, object: $0, previous: nil)
                }
                return (first, .withInitial(count: first.count, current))
            // What has not happened yet is waited for.
            case .after(let revision) where revision > current: return ([], .at(revision))
            case .after(let revision):
                guard let changes = table.changes(after: revision) else {
                    return ([], .expired(revision, oldest: table.compactedRevision))
                }
                return (Array(changes), .at(revision))
            }
        }
    }
}
