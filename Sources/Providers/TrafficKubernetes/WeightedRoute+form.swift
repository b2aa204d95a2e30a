import KubernetesObjects
import MigrationModel

extension WeightedRoute {
    /// How the route's object states its shares.
    var form: any ShareForm {
        switch shares {
        case .backends(let kind, let source, let target):
            BackendShares(
                list: .of(kind),
                route: self,
                source: source,
                target: target
            )
        case .values(let apiVersion, let kind, let source, let target, let scale):
            ValueShares(
                kind: SharedKind(apiVersion: apiVersion, kind: kind),
                source: source,
                target: target,
                scale: scale
            )
        case .canary: CanaryShares()
        case .swap(let host, let source, let target):
            SwapShares(host: host, source: source, target: target)
        }
    }

    /// Whether a controller of the Gateway API says what it made of the object.
    var isOfGateway: Bool {
        switch shares {
        case .backends(.httpRoute, _, _), .backends(.grpcRoute, _, _): true
        default: false
        }
    }
}

extension SharedKind {
    fileprivate init(apiVersion: String, kind: String) {
        let version = GroupVersion(apiVersion: apiVersion)
        self.init(group: version?.group ?? "", kind: kind, version: version?.version)
    }
}
