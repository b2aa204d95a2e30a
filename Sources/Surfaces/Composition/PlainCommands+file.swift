import Foundation
import HAProxyRuntime
import MigrationFile
import MigrationModel
import MigrationPorts
import PlatformKubernetes
import StorePrograms
import TrafficHAProxy
import TrafficKubernetes
import TrafficTwin

extension PlainCommands {
    /// The commands for what a migration file names; nothing of it is connected.
    ///
    /// `directory` is where the file lies.
    package init(_ file: MigrationFile, directory: String) throws {
        guard let rule = file.withPaths(relativeTo: directory).traffic else {
            throw TrafficMissing(migration: file.name)
        }
        self.init(file.withPaths(relativeTo: directory), rule, directory: directory)
    }

    /// Of a file whose paths are those of this machine, but for programs, which are found from `directory`.
    init(_ file: MigrationFile, _ rule: TrafficRule, directory: String) {
        let balancer: any PlainBalancer =
            switch rule.balancer {
            case .kubernetes(let kubernetes):
                PlainKubernetesRoutes(
                    routes: kubernetes.routes,
                    kubectl: PlainKubernetesSite.call(
                        (kubernetes.site == .source ? file.source : file.target).context,
                        (kubernetes.site == .source ? file.source : file.target).kubeconfig
                    )
                )
            case .twin(let url, _): PlainTwinBalancer(url: url)
            case .haproxy(let haproxy):
                PlainHAProxy(
                    address: haproxy.socket.address,
                    naming: haproxy.naming(hosts: rule.hosts),
                    stateFilePath: haproxy.stateFile
                )
            }
        self.init(
            source: PlainKubernetesSite(file.source, other: file.target),
            target: PlainKubernetesSite(file.target, other: file.source),
            balancer: balancer,
            stores: file.stores.isEmpty
                ? nil : PlainStorePrograms(StoreProgram(file, directory: directory))
        )
    }
}

extension StoreProgram {
    /// The programs of a file whose paths are those of this machine, but for programs, which are found from
    /// `directory`.
    init(_ file: MigrationFile, directory: String) {
        self.init(
            directory: directory,
            contexts: [.source: file.source.context, .target: file.target.context],
            kubeconfigs: [.source: file.source.kubeconfig, .target: file.target.kubeconfig]
                .compactMapValues { $0 }
        )
    }
}

extension PlainKubernetesSite {
    fileprivate init(_ site: SiteAddress, other: SiteAddress) {
        self.init(
            context: site.context,
            kubeconfig: site.kubeconfig,
            other: other.context,
            kubeconfigOther: other.kubeconfig
        )
    }
}

extension HAProxySocket {
    /// The same to who connects there.
    var address: HAProxyRuntime.Address {
        switch self {
        case .unix(let path): .unix(path: path)
        case .tcp(let host, let port): .tcp(host: host, port: port)
        }
    }
}

extension HAProxyRule {
    /// What routes and sites are called there; `hosts` tells what requests are told by.
    func naming(hosts: [RouteID: String]) -> RouteNaming {
        let backends = backends.map { backend in
            let source = backend.sourceServers.isEmpty ? sourceServers : backend.sourceServers
            let target = backend.targetServers.isEmpty ? targetServers : backend.targetServers
            return (
                backend.route,
                RouteNaming.Backend(name: backend.backend, source: source, target: target)
            )
        }
        return RouteNaming(
            source: sourceServers,
            target: targetServers,
            backends: Dictionary(backends, uniquingKeysWith: { first, _ in first }),
            hosts: hosts
        )
    }
}
