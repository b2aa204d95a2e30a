import Foundation
import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing
import Twin

@testable import PlatformKubernetes

/// The program of a keeper's pod as it is, with a `kubectl` and a served API: both sites are one cluster.
@Suite(.enabled(if: !Tool.kubectls.isEmpty, "skipped: no kubectl is at hand"))
struct KeeperScriptTests {
    private static let marks: JSON = [
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "diolkos.dev", "diolkos.dev/run": "run-1",
    ]

    private static func slice(
        _ name: String,
        labels: JSON,
        ports: [Int],
        way: String = "podAddresses",
        _ endpoints: [(address: String, isReady: Bool)]
    ) -> JSON {
        [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "name": .string(name), "namespace": "default", "labels": labels,
                "annotations": ["diolkos.dev/bridge-way": .string(way)],
            ],
            "addressType": "IPv4",
            "ports": .array(
                ports.map { ["name": "http", "protocol": "TCP", "port": .int($0)] }
            ),
            "endpoints": .array(
                endpoints.map {
                    [
                        "addresses": [.string($0.address)],
                        "conditions": ["ready": .bool($0.isReady)],
                    ]
                }
            ),
        ]
    }

    private static func pods(
        _ name: String,
        port: Int,
        _ endpoints: [(address: String, isReady: Bool)]
    ) -> JSON {
        let labels: JSON = ["kubernetes.io/service-name": "web-local"]
        return slice(name, labels: labels, ports: [port], endpoints)
    }

    /// A keeper that takes one turn each time it is run.
    private struct Keeper {
        let kubectl: Tool
        let shell: Tool
        let state: URL

        init(_ kubectl: Tool, _ served: ServedTwin) throws {
            self.kubectl = kubectl
            state = URL.temporaryDirectory.appending(path: "keeper-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
            // What a pod finds of its own account, and where.
            let entry = try #require(served.twin.kubeconfig.entries.first)
            try Data(entry.token.utf8).write(to: state.appending(path: "token"))
            try Data(entry.authorityPEM.utf8).write(to: state.appending(path: "ca.crt"))
            let folder = URL(fileURLWithPath: kubectl.path).deletingLastPathComponent().path
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            let config = kubectl.environment["KUBECONFIG"] ?? ""
            let environment = [
                "PATH": "\(folder):\(path)", "STATE": state.path, "ACCOUNT": state.path,
                "KUBERNETES_SERVICE_HOST": "127.0.0.1",
                "KUBERNETES_SERVICE_PORT": "\(entry.port)",
                "OTHER_KUBECONFIG": config, "NAMESPACES": "default", "INTERVAL": "1",
                "NOBODY": "0", "ONCE": "1", "FOLLOWS": "pods",
                "BRIDGES":
                    "endpointslice.kubernetes.io/managed-by=diolkos.dev,diolkos.dev/run=run-1",
            ]
            shell = Tool(path: "/bin/sh", environment: environment)
        }

        /// Takes a turn; `changes` replaces what it is told beside its script.
        func turn(_ changes: [String: String] = [:]) async throws -> ToolRun {
            var shell = shell
            shell.environment.merge(changes) { _, new in new }
            return try await shell.run(["-c", KeeperScript.text])
        }

        func apply(_ object: JSON) async throws {
            let run = try await kubectl.run(["apply", "-f", "-"], input: object.text())
            #expect(run.status == 0, "\(run)")
        }

        /// What each slice of the bridge holds.
        func held() async throws -> [String: String] {
            let words =
                "{range .items[*]}{.metadata.name} {.ports[*].port}:"
                + "{.endpoints[*].addresses[*]}{\"\\n\"}{end}"
            let run = try await kubectl.run([
                "get", "endpointslices", "-l", "diolkos.dev/run=run-1", "-o", "jsonpath=\(words)",
            ])
            return Dictionary(
                uniqueKeysWithValues: run.rows.filter { !$0.isEmpty }
                    .map { ($0[0], $0.dropFirst().joined(separator: " ")) }
            )
        }
    }

    @Test(arguments: Tool.kubectls.map(\.path))
    func `a keeper follows pods, makes no slice, and believes no read that failed`(
        _ path: String
    ) async throws {
        try await ServedTwin.run { served in
            let keeper = try Keeper(served.aimed(Tool(path: path)), served)
            defer { try? FileManager.default.removeItem(at: keeper.state) }
            try await keeper.apply(
                Self.slice("web-bridge", labels: Self.marks, ports: [8080], [("10.1.0.9", true)])
            )
            try await keeper.apply(Self.slice("web-bridge-2", labels: Self.marks, ports: [], []))
            try await keeper.apply(
                Self.pods("web-local-a", port: 8080, [("10.1.0.1", true), ("10.1.0.3", false)])
            )
            try await keeper.apply(Self.pods("web-local-b", port: 8081, [("10.1.0.2", true)]))
            let first = try await keeper.turn()
            #expect(first.status == 0, "\(first)")
            let led = ["web-bridge": "8080:10.1.0.1", "web-bridge-2": "8081:10.1.0.2"]
            #expect(try await keeper.held() == led)
            // What is right already is not written to.
            #expect(try await keeper.turn().output == "")

            // The other site cannot be read: nothing is changed, and it says that it does not follow.
            let blind = try await keeper.turn(["OTHER_KUBECONFIG": "/nowhere"])
            #expect(blind.status == 1)
            #expect(try await keeper.held() == led)

            // Nobody is ready: believed only after a while.
            try await keeper.apply(Self.pods("web-local-a", port: 8080, [("10.1.0.1", false)]))
            try await keeper.apply(Self.pods("web-local-b", port: 8081, []))
            #expect(try await keeper.turn(["NOBODY": "60"]).status == 0)
            #expect(try await keeper.held() == led)
            #expect(try await keeper.turn().status == 0)
            #expect(try await keeper.held() == ["web-bridge": "8080:", "web-bridge-2": "8081:"])

            // A name that was turned has no slice, and gets none.
            let deleted = try await keeper.kubectl.run([
                "delete", "endpointslice", "-l", "diolkos.dev/run=run-1",
            ])
            #expect(deleted.status == 0)
            try await keeper.apply(Self.pods("web-local-a", port: 8080, [("10.1.0.1", true)]))
            #expect(try await keeper.turn().status == 0)
            #expect(try await keeper.held() == [:])
        }
    }

    @Test(arguments: Tool.kubectls.map(\.path))
    func `a keeper of node ports follows nodes that are ready, and keeps those known last`(
        _ path: String
    ) async throws {
        try await ServedTwin.run { served in
            let keeper = try Keeper(served.aimed(Tool(path: path)), served)
            defer { try? FileManager.default.removeItem(at: keeper.state) }
            let nodes = ["FOLLOWS": "nodes"]
            let known = Set(served.twin.pair.source.list(.nodes).flatMap(\.internalAddresses))
            #expect(known.count > 1)
            try await keeper.apply(
                Self.slice(
                    "web-bridge",
                    labels: Self.marks,
                    ports: [30_001],
                    way: "nodePorts",
                    [("10.1.0.9", true)]
                )
            )
            // What leads to pods is none of its business.
            try await keeper.apply(
                Self.slice("other-bridge", labels: Self.marks, ports: [8080], [("10.1.0.9", true)])
            )
            let first = try await keeper.turn(nodes)
            #expect(first.status == 0, "\(first)")
            let all = known.sorted().joined(separator: " ")
            #expect(
                try await keeper.held() == [
                    "web-bridge": "30001:\(all)", "other-bridge": "8080:10.1.0.9",
                ]
            )
            #expect(try await keeper.turn(nodes).output == "")

            // One has gone, with its object.
            let gone = try #require(served.twin.pair.source.list(.nodes).first)
            let deleted = try await keeper.kubectl.run(["delete", "node", gone.name ?? ""])
            #expect(deleted.status == 0, "\(deleted)")
            #expect(try await keeper.turn(nodes).status == 0)
            let rest = known.subtracting(gone.internalAddresses).sorted()
            #expect(
                try await keeper.held()["web-bridge"]
                    == "30001:\(rest.joined(separator: " "))"
            )
            // With none ready, those known last are as good as any.
            for node in served.twin.pair.source.list(.nodes) {
                _ = try await keeper.kubectl.run(["delete", "node", node.name ?? ""])
            }
            #expect(try await keeper.turn(nodes).status == 0)
            #expect(
                try await keeper.held()["web-bridge"]
                    == "30001:\(rest.joined(separator: " "))"
            )
        }
    }
}
