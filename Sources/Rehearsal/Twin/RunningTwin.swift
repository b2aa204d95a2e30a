import Clocks
import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import JSONValues
import KubernetesObjects

/// A pair of sites that runs: what can be asked of it.
package struct RunningTwin: Sendable {
    /// The two clusters.
    package let pair: TwinPair
    /// Their nodes, entries and balancer.
    package let world: RunningWorld
    /// With one context a site, the source's first.
    package let kubeconfig: TwinKubeconfig
    let time: any TimeSource

    /// Gives the balancer a route for every host that an Ingress of the source has, all of its
    /// requests to the source.
    ///
    /// A route that is there already is left alone.
    package func ensureRoutes() {
        for host in hosts { world.balancer.ensureRoute(host) }
    }

    /// The hosts of the source's Ingresses, sorted.
    package var hosts: [String] {
        let rules = pair.source.list(.ingresses).flatMap { $0.at("spec", "rules")?.array ?? [] }
        return Set(rules.compactMap { $0["host"]?.string }).sorted()
    }

    /// Returns when every Deployment and StatefulSet of a site has all its replicas ready, and the site's Service
    /// proxy and entry lead to each of them.
    package func waitUntilReady(
        _ site: TwinSite,
        within limit: Duration
    ) async throws {
        let deadline = time.uptime + limit
        while true {
            let workloads = pair[site].list(.deployments) + pair[site].list(.statefulSets)
            let unready = workloads.filter { !isReady($0) }
            let waiting =
                unready.isEmpty ? world.world[site].notFollowed : unready.map(\.namespacedName)
            if waiting.isEmpty { return }
            guard time.uptime < deadline else { throw NotReady(names: waiting, limit: limit) }
            try await time.sleep(for: .milliseconds(100))
        }
    }

    private func isReady(_ workload: JSON) -> Bool {
        let wanted = workload.at("spec", "replicas")?.int ?? 1
        let seen = workload.at("status", "observedGeneration")?.int ?? 0
        return seen >= workload.generation ?? 0
            && workload.at("status", "readyReplicas")?.int ?? 0 >= wanted
    }

    /// Workloads that were not ready in time, or what did not follow them.
    package struct NotReady: Error, CustomStringConvertible {
        let names: [String]
        let limit: Duration

        package var description: String {
            "not ready after \(limit): \(names.joined(separator: ", "))"
        }
    }
}
