import JSONValues
import MigrationModel
import MigrationPorts

/// Weights in objects of a cluster's API, in the words of `kubectl`.
///
/// Each goes to the place where it was found: rules that somebody has moved meanwhile are not noticed.
package struct PlainKubernetesRoutes: PlainBalancer {
    private let routes: [RouteID: WeightedRoute]
    /// `kubectl` with the context of the cluster.
    private let kubectl: [String]

    package init(routes: [WeightedRoute], kubectl: [String]) {
        self.routes = Dictionary(
            routes.map { ($0.route, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.kubectl = kubectl
    }

    package var functions: [String] { [] }

    package func restore(_ requested: RequestedWeight, on route: RouteID) -> [String] {
        guard let stated = routes[route], let values = ShareValues(requested.native),
            let place = requested.place.flatMap(ShareValues.init),
            let kind = place.byKey["kind"]?.string,
            let pointers = place.byKey["pointers"]?.object
        else {
            return [ShellWord.refusal("give \(route) its weights back: \(requested.native)")]
        }
        let operations = values.byKey.compactMap { key, value in
            pointers[key].map { pointer -> JSON in
                // A null stands for nothing: servers drop it.
                ["op": "add", "path": pointer, "value": value]
            }
        }
        let words = [
            "-n", stated.namespace, "patch", kind, stated.name, "--type=json", "-p",
            JSON.array(operations).text(),
        ]
        return [ShellWord.command(kubectl + words)]
    }
}
