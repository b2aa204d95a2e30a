import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects

/// What a rehearsal reads of one site: all that its twin is made of.
package struct SiteExport: Sendable {
    /// What a person calls the site.
    package let name: String
    /// What is in the namespaces that cross, what belongs to no namespace, and who calls from others.
    package let objects: [JSON]
    /// Every pod that could be seen, for what the nodes have to carry already.
    package let pods: [JSON]
    /// What could not be read, each with its reason, sorted.
    package let unreadable: [String]

    /// A site of which nothing is known but its name.
    package init(emptyNamed name: String) {
        self.init(name: name, objects: [], pods: [], unreadable: [])
    }

    init(name: String, objects: [JSON], pods: [JSON], unreadable: [String]) {
        self.name = name
        self.objects = objects
        self.pods = pods
        self.unreadable = unreadable
    }
}

extension SiteExport {
    /// Kinds without a namespace on which what crosses may depend, and the nodes.
    private static let clusterWide: Set<String> = [
        "Namespace", "Node", "ClusterRole.rbac.authorization.k8s.io",
        "ClusterRoleBinding.rbac.authorization.k8s.io", "StorageClass.storage.k8s.io",
        "CustomResourceDefinition.apiextensions.k8s.io", "IngressClass.networking.k8s.io",
        "PriorityClass.scheduling.k8s.io", "RuntimeClass.node.k8s.io",
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
        "MutatingWebhookConfiguration.admissionregistration.k8s.io",
    ]
    /// Who may call Services from other namespaces, and what tells them whom.
    private static let callers: Set<String> = [
        "Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "Job.batch", "CronJob.batch",
        "Pod", "ConfigMap",
    ]

    /// Reads what belongs to these namespaces, and changes nothing.
    ///
    /// What may not be read is no error, but is named; a site that does not answer is one.
    package static func read(
        _ source: any ObjectSource,
        namespaces: [String]
    ) async throws(KubernetesError) -> SiteExport {
        let discovery = try await source.discover()
        let kinds = discovery.preferredKinds.filter {
            !ClusterMade.views.contains($0.groupResource)
        }
        let own = try await SiteObjects.read(
            kinds.filter { $0.isNamespaced || clusterWide.contains($0.groupKind) },
            in: namespaces,
            of: source,
            discovery: discovery
        )
        let everywhere = try await SiteObjects.read(
            kinds.filter { callers.contains($0.groupKind) },
            in: [],
            of: source,
            discovery: discovery
        )
        return SiteExport(
            name: source.name,
            own: own,
            everywhere: everywhere,
            namespaces: Set(namespaces)
        )
    }

    private init(
        name: String,
        own: SiteObjects,
        everywhere: SiteObjects,
        namespaces: Set<String>
    ) {
        let services = own.objects.keys.filter { $0.kindName == "Service" }.map {
            ServiceMentions.Name(namespace: $0.namespace ?? "", name: $0.name)
        }
        let mentions = ServiceMentions(services: Set(services))
        let outside = everywhere.objects.filter { key, _ in
            !namespaces.contains(key.namespace ?? "")
        }
        var chosen = own.objects
        for (key, object) in outside where ClusterMade.reason(object) == nil {
            guard let spec = object.podSpec, let namespace = key.namespace else { continue }
            let texts = PodTexts(of: spec)
            let maps = texts.configMaps.map {
                CopyKey(group: "", kind: "ConfigMap", namespace: namespace, name: $0)
            }
            let read = maps.compactMap { outside[$0]?["data"]?.object?.values }.joined()
                .compactMap(\.string)
            let isCaller = (texts.texts.map(\.text) + read).contains {
                !mentions.services(in: $0, namespace: namespace).isEmpty
            }
            guard isCaller else { continue }
            chosen[key] = object
            for map in maps { chosen[map] = outside[map] }
        }
        let homes = Set(chosen.keys.compactMap(\.namespace)).union(namespaces)
        let kept = chosen.filter { key, _ in
            key.kindName != "Namespace" || homes.contains(key.name)
        }
        self.init(
            name: name,
            objects: kept.sorted { $0.key < $1.key }.map(\.value),
            pods: everywhere.objects.filter { $0.key.kindName == "Pod" }
                .sorted { $0.key < $1.key }.map(\.value),
            unreadable: Set(own.unreadable + everywhere.unreadable).sorted()
        )
    }
}
