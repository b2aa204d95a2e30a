import EmbeddedSites
import NIOCore
import Synchronization

/// The servers and the addresses of the pods that run here.
extension NodeAgent {
    /// Makes the server of a pod; it listens when it has been started.
    func makeServer(for plan: PodPlan) -> PodServer {
        let ticker = state.withLock { state in
            state.tickerNext += 1
            return tickers[state.tickerNext % tickers.count]
        }
        return PodServer(
            plan: plan,
            site: site,
            proxy: proxy,
            network: network,
            draws: draws.branch(),
            ticker: ticker,
            poolSettings: poolSettings,
            failures: failures
        )
    }

    /// An address of the node that nobody holds; nil when all are taken.
    func takeAddress(on node: TwinNode) -> TwinAddress? {
        state.withLock { state in
            for _ in 0..<254 {
                let index = state.podIndexes[node.name, default: 0]
                state.podIndexes[node.name] = index + 1
                let address = node.podAddress(index)
                if state.held.insert(address).inserted { return address }
            }
            return nil
        }
    }

    func giveBack(_ address: TwinAddress) {
        network.detach(address)
        state.withLock { _ = $0.held.remove(address) }
    }

    func keep(_ server: PodServer) {
        state.withLock { $0.servers[server.plan.uid] = server }
    }

    /// Lets go of a server; what it counted is kept under its workload.
    func retire(_ server: PodServer) {
        state.withLock { state in
            guard state.servers.removeValue(forKey: server.plan.uid) != nil else { return }
            state.retired[server.plan.workloadID, default: PodCounts()]
                .add(server.counters.snapshot)
        }
    }
}
