import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects

/// Plays the pods of keepers at one site, which lead its bridges to the pods of the other.
struct KeeperPods: Sendable {
    let own: any FollowedCluster
    let other: any FollowedCluster
    let time: any TimeSource

    /// Looks again and again until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            look()
            do {
                try await time.sleep(for: PlayedKeeper.interval)
            } catch {
                return
            }
        }
    }

    private func look() {
        let keepers = own.list(.deployments, namespace: nil)
            .filter { $0.name == PlayedKeeper.name }.compactMap(PlayedKeeper.init)
        guard !keepers.isEmpty else { return }
        let slices = own.list(.endpointSlices, namespace: nil)
        let pods = other.list(.endpointSlices, namespace: nil)
        let nodes = other.list(.nodes, namespace: nil)
        for slice in keepers.flatMap({ $0.writes(own: slices, other: pods, nodes: nodes) }) {
            write(slice)
        }
    }

    /// Changes nothing that has changed since it was read.
    private func write(_ wanted: JSON) {
        do {
            try own.mutate(
                .endpointSlices,
                namespace: wanted.namespace,
                name: wanted.name ?? "",
                subresource: nil,
                manager: PlayedKeeper.name
            ) { slice in
                if slice.resourceVersion == wanted.resourceVersion { slice = wanted }
            }
        } catch {
            // The slice has gone meanwhile: a name that was turned needs none.
            return
        }
    }
}
