import ControlPlaneSupport
import Foundation
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// What follows pods for bridges, whether or not anybody of ours is alive.
    static let keeping: [PlatformCase] = [
        PlatformCase("keep", "a keeper gets what it needs, once, and all of it is taken away") {
            let scene = try await KeeperScene($0, $1)
            try await scene.admitAndAwaitToken()
            let receipt = try await scene.run()
            // The token went from Secret to Secret, and is told to nobody.
            let token = try #require(
                try await scene.pair.source.get(scene.readerSecret).at("data", "token")?.string
            )
            let secret = try await scene.pair.target.get(scene.secret)
            #expect(secret.at("data", "token")?.string == token)
            #expect(!receipt.details.value.text().contains(token))
            let config = try #require(secret.at("data", "kubeconfig")?.string)
            let text = try #require(
                Data(base64Encoded: config).map { String(decoding: $0, as: UTF8.self) }
            )
            #expect(text.contains("https://api.old.example:6443"))
            #expect(!text.contains(token))
            try await scene.expectLeastRights()
            try await scene.expectRestrictedPod()
            try await scene.expectMadeOnceAndUndone()
        },
        PlatformCase("keep-nodes", "a keeper of node ports may list nodes there, and nothing else")
        {
            let scene = try await KeeperScene($0, $1, follows: .nodes)
            try await scene.admitAndAwaitToken()
            try await scene.run()
            try await scene.expectNodesOnly()
            try await scene.expectMadeOnceAndUndone()
        },
        PlatformCase("keep-stranger", "what is called like a keeper and is none is left alone") {
            let scene = try await KeeperScene($0, $1)
            try await scene.pair.source.create([
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": [
                    "name": "diolkos-keeper-reader", "namespace": .string(scene.scene.namespace),
                ],
            ])
            await #expect(throws: ProviderError.self) { try await scene.admit() }
            try await scene.undo()
            let left = try await scene.left()
            #expect(left.count == 1)
            #expect(left[0].hasPrefix("ServiceAccount"))
        },
    ]
}

/// A keeper of the target's bridges, which reads the source.
private struct KeeperScene {
    let scene: Scene
    private let keeper: BridgeKeeper

    var pair: SitePair { scene.pair }
    var readerSecret: ObjectReference { scene.reference("v1", "Secret", "diolkos-keeper-reader") }
    var secret: ObjectReference { scene.reference("v1", "Secret", "diolkos-keeper") }

    init(_ pair: SitePair, _ namespace: String, follows: BridgeReach = .pods) async throws {
        scene = try await Scene.open(pair, in: namespace)
        keeper = BridgeKeeper(
            home: namespace,
            names: [scene.service],
            follows: follows,
            image: "example.org/kubectl:1",
            api: "https://api.old.example:6443"
        )
    }

    private var moves: [Scene.Move] {
        [
            Scene.Move(site: .source, change: .admitKeeper(keeper: keeper), description: "admit"),
            Scene.Move(site: .target, change: .runKeeper(keeper: keeper), description: "run"),
        ]
    }

    func admitAndAwaitToken() async throws {
        try await admit()
        try await pair.wait(until: "its token is there") {
            try await pair.source.get(readerSecret).at("data", "token")?.string != nil
        }
    }

    /// Once more it writes nothing, and undone it leaves nothing.
    func expectMadeOnceAndUndone() async throws {
        scene.resetTaps()
        try await admit()
        try await run()
        #expect(scene.writes == [])
        try await undo()
        #expect(try await left() == [])
    }

    func admit() async throws { try await scene.perform(moves[0], from: BeforeImage()) }

    @discardableResult
    func run() async throws -> Receipt { try await scene.perform(moves[1], from: BeforeImage()) }

    func undo() async throws {
        for move in moves.reversed() { try await scene.undo(move, to: BeforeImage()) }
    }

    /// What is left of it at either site, in words.
    func left() async throws -> [String] {
        var left: [String] = []
        for reference in keeper.readerObjects where try await pair.source.find(reference) != nil {
            left.append("\(reference)")
        }
        for reference in keeper.objects where try await pair.target.find(reference) != nil {
            left.append("\(reference)")
        }
        return left
    }

    /// It reads slices there; here it writes to those of its bridges and to no other.
    func expectLeastRights() async throws {
        let rbac = "rbac.authorization.k8s.io/v1"
        let read: JSON = [
            "apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"],
            "verbs": ["get", "list"],
        ]
        let reader = try await pair.source.get(
            scene.reference(rbac, "Role", "diolkos-keeper-reader")
        )
        #expect(reader["rules"]?.array == [read])
        let own = try await pair.target.get(scene.reference(rbac, "Role", "diolkos-keeper"))
        let rules = own["rules"]?.array ?? []
        #expect(rules.first == read)
        #expect(rules.last?["verbs"] == ["patch"])
        let names = (rules.last?["resourceNames"]?.array ?? []).compactMap(\.string)
        #expect(names.prefix(2) == ["web-bridge", "web-bridge-2"])
        #expect(names.count == 10)
        for (site, name) in [
            (pair.source, "diolkos-keeper-reader"), (pair.target, "diolkos-keeper"),
        ] {
            let binding = try await site.get(scene.reference(rbac, "RoleBinding", name))
            #expect(binding.at("roleRef", "name")?.string == name)
            #expect(binding["subjects"]?.array?.count == 1)
        }
    }

    /// Nodes belong to no namespace: what may list them may do nothing else.
    func expectNodesOnly() async throws {
        func ofCluster(_ kind: String) -> ObjectReference {
            ObjectReference(
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: kind,
                namespace: nil,
                name: "diolkos-keeper-reader-\(scene.namespace)"
            )
        }
        let role = try await pair.source.get(ofCluster("ClusterRole"))
        #expect(
            role["rules"]?.array == [
                ["apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]]
            ]
        )
        let binding = try await pair.source.get(ofCluster("ClusterRoleBinding"))
        #expect(binding.at("roleRef", "kind") == "ClusterRole")
        #expect(
            binding["subjects"]?.array == [
                [
                    "kind": "ServiceAccount", "name": "diolkos-keeper-reader",
                    "namespace": .string(scene.namespace),
                ]
            ]
        )
        let deployment = try await pair.target.get(
            scene.reference("apps/v1", "Deployment", "diolkos-keeper")
        )
        let containers = deployment.at("spec", "template", "spec", "containers")?.array
        let environment = containers?.first?["env"]?.array ?? []
        #expect(environment.contains(["name": "FOLLOWS", "value": "nodes"]))
    }

    /// A namespace that enforces the restricted profile takes such a pod.
    func expectRestrictedPod() async throws {
        let deployment = try await pair.target.get(
            scene.reference("apps/v1", "Deployment", "diolkos-keeper")
        )
        let pod = deployment.at("spec", "template", "spec") ?? .emptyObject
        #expect(pod.at("securityContext", "runAsNonRoot") == true)
        #expect(pod.at("securityContext", "seccompProfile", "type") == "RuntimeDefault")
        let container = try #require(pod["containers"]?.array?.first)
        #expect(container.at("securityContext", "allowPrivilegeEscalation") == false)
        #expect(container.at("securityContext", "capabilities", "drop") == ["ALL"])
        #expect(container.at("securityContext", "readOnlyRootFilesystem") == true)
        #expect(container["readinessProbe"] != nil && container["livenessProbe"] != nil)
    }
}
