import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

@Suite struct HousekeepingTests {
    private let world = ControlledCluster()

    private func reference(_ owner: JSON, blocks: Bool = false) -> String {
        """
        {"apiVersion":"\(owner.apiVersion ?? "")","kind":"\(owner.kind ?? "")",
         "name":"\(owner.name ?? "")","uid":"\(owner.uid ?? "")","blockOwnerDeletion":\(blocks)}
        """
    }

    @Test
    func `every namespace has a service account and the root certificate, and gets them back`()
        throws
    {
        world.settle()
        for namespace in ["default", "kube-system"] {
            #expect(world.get(.serviceAccounts, "default", in: namespace) != .null)
            let map = world.get(.configMaps, "kube-root-ca.crt", in: namespace)
            #expect(
                map.annotations["kubernetes.io/description"]?.hasPrefix("Contains a CA bundle")
                    == true
            )
        }
        try world.cluster.delete(.serviceAccounts, namespace: "default", name: "default")
        try world.cluster.delete(.configMaps, namespace: "default", name: "kube-root-ca.crt")
        world.settle()
        #expect(world.get(.serviceAccounts, "default") != .null)
        #expect(world.get(.configMaps, "kube-root-ca.crt") != .null)
    }

    @Test func `a Secret that asks for a token gets one, and goes with its account`() throws {
        world.settle()
        try world.create(
            """
            {"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token",
             "metadata":{"name":"forever","namespace":"default",
             "annotations":{"kubernetes.io/service-account.name":"default"}}}
            """
        )
        world.settle()
        let secret = world.get(.secrets, "forever")
        #expect(secret.at("data", "token") != nil)
        #expect(
            secret.annotations["kubernetes.io/service-account.uid"]
                == world.get(.serviceAccounts, "default").uid
        )
        try world.cluster.delete(.serviceAccounts, namespace: "default", name: "default")
        world.settle()
        #expect(world.get(.secrets, "forever") == .null)
    }

    @Test func `a claim that names a volume gets that one, unless it is another's`() throws {
        for name in ["mine", "other"] {
            try world.create(
                """
                {"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"\(name)"},
                 "spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],
                 "hostPath":{"path":"/data"}\(name == "other" ? Self.taken : "")}}
                """
            )
            try world.create(
                """
                {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"\(name)",
                 "namespace":"default"},"spec":{"accessModes":["ReadWriteOnce"],
                 "storageClassName":"","volumeName":"\(name)",
                 "resources":{"requests":{"storage":"1Gi"}}}}
                """
            )
        }
        world.settle()
        #expect(world.get(.persistentVolumeClaims, "mine").at("status", "phase") == "Bound")
        #expect(world.get(.persistentVolumeClaims, "other").at("status", "phase") != "Bound")
    }

    private static let taken = ",\"claimRef\":{\"namespace\":\"default\",\"name\":\"else\"}"

    @Test func `a namespace goes with everything in it`() throws {
        try world.addNode("node-1")
        try world.create(
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"n\"}}"
        )
        world.settle()
        var deployment = try JSON.parse(Manifests.deployment("a", replicas: 3))
        deployment.namespace = "n"
        try world.cluster.create(deployment, manager: "test")
        world.settle()
        #expect(world.list(.pods, in: "n").count == 3)
        try world.cluster.delete(.namespaces, name: "n")
        world.settle()
        #expect(world.cluster.get(.namespaces, name: "n") == nil)
        for definition in world.cluster.registry.definitions where definition.isNamespaced {
            #expect(world.list(definition.name, in: "n").isEmpty, "\(definition.name)")
        }
    }

    @Test func `a foreign finalizer holds a namespace, which says why`() throws {
        try world.create(
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"n\"}}"
        )
        var map = try JSON.parse(Manifests.configMap("held", finalizers: "\"example.com/hold\""))
        map.namespace = "n"
        try world.cluster.create(map, manager: "test")
        world.settle()
        try world.cluster.delete(.namespaces, name: "n")
        world.settle()
        let namespace = world.cluster.get(.namespaces, name: "n") ?? .null
        #expect(namespace.at("status", "phase") == "Terminating")
        #expect(
            namespace.state("NamespaceDeletionDiscoveryFailure") == "False (ResourcesDiscovered)"
        )
        #expect(
            namespace.state("NamespaceDeletionGroupVersionParsingFailure")
                == "False (ParsedGroupVersions)"
        )
        #expect(namespace.state("NamespaceDeletionContentFailure") == "False (ContentDeleted)")
        #expect(namespace.state("NamespaceContentRemaining") == "True (SomeResourcesRemain)")
        #expect(
            namespace.message("NamespaceContentRemaining")
                == "Some resources are remaining: configmaps. has 1 resource instances"
        )
        #expect(namespace.state("NamespaceFinalizersRemaining") == "True (SomeFinalizersRemain)")
        #expect(
            namespace.message("NamespaceFinalizersRemaining")
                == "Some content in the namespace has finalizers remaining: "
                + "example.com/hold in 1 resource instances"
        )
        try world.change(.configMaps, "held", in: "n") { $0.finalizers = [] }
        world.settle()
        #expect(world.cluster.get(.namespaces, name: "n") == nil)
    }

    @Test func `what an owner leaves behind is collected in the background`() throws {
        let owner = try world.create(Manifests.configMap("owner"))
        let child = try world.create(Manifests.configMap("child", owners: reference(owner)))
        try world.create(Manifests.configMap("grandchild", owners: reference(child)))
        world.settle()
        try world.cluster.delete(.configMaps, namespace: "default", name: "owner")
        world.settle()
        #expect(world.get(.configMaps, "child") == .null)
        #expect(world.get(.configMaps, "grandchild") == .null)
    }

    @Test func `a foreground deletion waits for those that block, and only for those`() throws {
        let owner = try world.create(Manifests.configMap("owner"))
        try world.create(
            Manifests.configMap(
                "blocking",
                owners: reference(owner, blocks: true),
                finalizers: "\"example.com/hold\""
            )
        )
        world.settle()
        try world.cluster.delete(
            .configMaps,
            namespace: "default",
            name: "owner",
            options: DeleteOptions(propagation: .foreground)
        )
        world.settle()
        #expect(world.get(.configMaps, "owner").finalizers == ["foregroundDeletion"])
        #expect(world.get(.configMaps, "blocking").deletionTimestamp != nil)
        try world.change(.configMaps, "blocking") { $0.finalizers = [] }
        world.settle()
        #expect(world.get(.configMaps, "blocking") == .null)
        #expect(world.get(.configMaps, "owner") == .null)
    }

    @Test func `an orphaning deletion leaves the dependents without an owner`() throws {
        let owner = try world.create(Manifests.configMap("owner"))
        try world.create(Manifests.configMap("child", owners: reference(owner)))
        world.settle()
        try world.cluster.delete(
            .configMaps,
            namespace: "default",
            name: "owner",
            options: DeleteOptions(propagation: .orphan)
        )
        world.settle()
        #expect(world.get(.configMaps, "owner") == .null)
        #expect(world.get(.configMaps, "child") != .null)
        #expect(world.get(.configMaps, "child").ownerReferences.isEmpty)
    }

    @Test func `an owner of that name with another uid is no owner`() throws {
        let owner = try world.create(Manifests.configMap("owner"))
        var stranger = owner
        stranger.uid = "00000000-0000-4000-8000-999999999999"
        try world.create(Manifests.configMap("lost", owners: reference(stranger)))
        try world.create(
            Manifests.configMap("half", owners: reference(stranger) + "," + reference(owner))
        )
        world.settle()
        #expect(world.get(.configMaps, "lost") == .null)
        #expect(world.get(.configMaps, "half").ownerReferences.count == 1)
        #expect(world.get(.configMaps, "half").ownerReferences[0]["uid"]?.string == owner.uid)
    }

    @Test
    func `an owner in another namespace is none, and a kind that is not served is not judged`()
        throws
    {
        let owner = try world.create(Manifests.configMap("owner"))
        var child = try JSON.parse(Manifests.configMap("child", owners: reference(owner)))
        child.namespace = "kube-public"
        try world.cluster.create(child, manager: "test")
        try world.create(
            Manifests.configMap(
                "strange",
                owners: """
                    {"apiVersion":"example.com/v1","kind":"Widget","name":"w","uid":"u"}
                    """
            )
        )
        world.settle()
        #expect(world.get(.configMaps, "child", in: "kube-public") == .null)
        #expect(world.get(.configMaps, "strange") != .null)
    }

    @Test func `pods of a node that is gone are removed when they are no longer new`() throws {
        try world.addNode("node-1")
        try world.create(Manifests.pod("a", app: "a"))
        world.settle()
        try world.cluster.delete(.nodes, name: "node-1")
        world.settle(for: .seconds(10))
        #expect(world.get(.pods, "a") != .null)
        world.settle(for: .seconds(60))
        #expect(world.get(.pods, "a") == .null)
    }
}
