import JSONValues
import KubernetesObjects
import Twin

/// What stands in the namespace of `ShopServices` that is no Deployment with a name: one of each kind
/// that crosses.
package enum ShopKinds {
    /// A StatefulSet that is called by its name.
    package static let index = DemoEstate.Service(
        namespace: "shop",
        name: "index",
        replicas: 2,
        isStateful: true
    )

    /// A worker that nobody calls.
    package static let mailer = DemoEstate.Service(namespace: "shop", name: "mailer", replicas: 2)

    /// All of them, and what `services` are made of: also the DaemonSet `agent`, and the CronJob `report`,
    /// which begins a Job each minute.
    package static func manifests(beside services: [DemoEstate.Service]) -> [JSON] {
        var worker = DemoEstate.manifests(of: [mailer]).filter { $0.kind == "Deployment" }
        var daemons = worker
        for place in daemons.indices {
            daemons[place].kind = "DaemonSet"
            daemons[place].name = "agent"
            daemons[place].set(nil, at: "spec", "replicas")
            let labels: JSON = ["app": "agent"]
            daemons[place].set(labels, at: "spec", "selector", "matchLabels")
            daemons[place].set(labels, at: "spec", "template", "metadata", "labels")
        }
        worker += DemoEstate.manifests.filter { $0.kind == "CronJob" }.map { schedule in
            var schedule = schedule
            schedule.namespace = "shop"
            return schedule
        }
        return DemoEstate.manifests(of: services + [index]) + worker + daemons
    }
}
