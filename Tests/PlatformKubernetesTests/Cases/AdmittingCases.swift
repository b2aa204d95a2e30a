import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// Policies beside those that would stop bridges.
    static let admitting: [PlatformCase] = [
        PlatformCase(
            "admit",
            "bridges are let through for exactly the pods of a policy, and nobody is shut in by it"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let closed: JSON = ["matchLabels": ["app": "web"]]
            try await pair.source.create([
                "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                "metadata": ["name": "closed", "namespace": .string(namespace)],
                "spec": ["podSelector": closed, "policyTypes": ["Ingress", "Egress"]],
            ])
            let beside = scene.reference("networking.k8s.io/v1", "NetworkPolicy", "closed")
            for letsIn in [true, false] {
                let admission = BridgeAdmission(
                    beside: beside,
                    letsIn: letsIn,
                    ports: letsIn ? ["8080", "http", "53/UDP"] : []
                )
                let move = Scene.Move(
                    site: .source,
                    change: .admitBridges(admission: admission),
                    description: "admit"
                )
                try await scene.perform(move, from: BeforeImage())
                let made = try await pair.source.get(admission.reference)
                #expect(made.at("spec", "podSelector") == closed)
                #expect(
                    made.at("spec", "policyTypes") == (letsIn ? ["Ingress"] : ["Egress"])
                )
                let rule = made.at("spec", letsIn ? "ingress" : "egress")?[0]
                let peers = (rule?[letsIn ? "from" : "to"]?.array ?? [])
                    .compactMap { $0.at("ipBlock", "cidr")?.string }
                #expect(peers == (letsIn ? ["192.0.2.1/32"] : []) + ["192.0.2.2/32"])
                scene.resetTaps()
                try await scene.perform(move, from: BeforeImage())
                #expect(scene.writes == [])
                try await scene.undo(move, to: BeforeImage())
                #expect(try await pair.source.find(admission.reference) == nil)
            }
            // Where the policy has gone, one beside it would shut its pods in.
            try await pair.source.delete(beside)
            let admission = BridgeAdmission(beside: beside, letsIn: true, ports: ["http"])
            let move = Scene.Move(
                site: .source,
                change: .admitBridges(admission: admission),
                description: "admit"
            )
            try await scene.perform(move, from: BeforeImage())
            #expect(try await pair.source.find(admission.reference) == nil)
        },
        PlatformCase(
            "admit-all",
            "what is added opens every way that a policy closes, the listener's and pods' too"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            try await pair.source.create([
                "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                "metadata": ["name": "closed", "namespace": .string(namespace)],
                "spec": ["podSelector": .emptyObject, "policyTypes": ["Ingress", "Egress"]],
            ])
            func obstacles(_ reach: BridgeReach) async throws -> [BridgeObstacle] {
                try await pair.platform(.source).inventory(namespaces: [namespace]).obstacles
                    .filter { $0.reach == reach && $0.reason == nil }
            }
            for reach in BridgeReach.allCases {
                let found = try await obstacles(reach)
                #expect(found.contains { $0.barrier == .intoListener })
                #expect(found.contains { $0.barrier == .outOfTrials })
                let ports = found.filter { [.intoPods, .intoListener].contains($0.barrier) }
                    .flatMap(\.ports)
                let moves = [true, false].map { letsIn in
                    Scene.Move(
                        site: .source,
                        change: .admitBridges(
                            admission: BridgeAdmission(
                                beside: found[0].policy,
                                letsIn: letsIn,
                                reach: reach,
                                ports: letsIn ? Set(ports).sorted() : []
                            )
                        ),
                        description: "admit"
                    )
                }
                for move in moves { try await scene.perform(move, from: BeforeImage()) }
                #expect(try await obstacles(reach) == [])
                for move in moves { try await scene.undo(move, to: BeforeImage()) }
                #expect(try await obstacles(reach) == found)
            }
        },
    ]
}
