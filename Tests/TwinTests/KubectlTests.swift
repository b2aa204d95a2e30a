import Foundation
import Testing

/// Unmodified `kubectl` against the TLS face, once for each version of it that is at hand.
@Suite(.enabled(if: !Tool.kubectls.isEmpty, "no kubectl is at hand"))
struct KubectlTests {
    private static let manifest = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, labels: {app: web}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: main, image: "web:1", ports: [{containerPort: 80}]}]}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: shop}
        data: {colour: blue, size: "3"}
        """

    @Test(arguments: Tool.kubectls.map(\.path))
    func `kubectl is told what the server serves`(_ path: String) async throws {
        try await ServedTwin.run { served in
            let kubectl = served.aimed(Tool(path: path))
            async let version = kubectl.run(["version"])
            async let resources = kubectl.run(["api-resources", "--api-group=apps"])
            async let versions = kubectl.run(["api-versions"])
            async let explained = kubectl.run(["explain", "deployment.spec.strategy"])
            async let health = kubectl.run(["get", "--raw", "/readyz"])
            async let missing = kubectl.run(["get", "nothing"])

            #expect(try await version.output.contains("+twin"))
            let deployments = try await resources.rows.first { $0.first == "deployments" }
            #expect(deployments == ["deployments", "deploy", "apps/v1", "true", "Deployment"])
            #expect(try await versions.output.contains("networking.k8s.io/v1\n"))
            #expect(try await explained.output.contains("rollingUpdate"))
            #expect(try await health.output == "ok")
            let refusal = try await missing
            #expect(refusal.status == 1)
            #expect(refusal.problems.contains(#"doesn't have a resource type "nothing""#))
        }
    }

    @Test(arguments: Tool.kubectls.map(\.path))
    func `what kubectl applies comes alive and is shown as a server shows it`(
        _ path: String
    ) async throws {
        try await ServedTwin.run { served in
            let kubectl = served.aimed(Tool(path: path))
            let applied = try await kubectl.run(["apply", "-f", "-"], input: Self.manifest)
            #expect(applied.output.contains("deployment.apps/web created"), "\(applied)")

            let rollout = try await kubectl.run([
                "rollout", "status", "deploy/web", "-n", "shop", "--timeout=20s",
            ])
            #expect(rollout.output.contains(#"deployment "web" successfully rolled out"#))

            async let pods = kubectl.run(["get", "pods", "-n", "shop", "-l", "app=web"])
            async let wide = kubectl.run(["get", "deploy", "-n", "shop", "-o", "wide"])
            async let all = kubectl.run(["get", "cm", "-A"])
            async let field = kubectl.run([
                "get", "pods", "-n", "shop", "--field-selector", "status.phase=Running", "-o",
                "name",
            ])
            async let path = kubectl.run([
                "get", "deploy", "web", "-n", "shop", "-o", "jsonpath={.spec.replicas}",
            ])
            async let custom = kubectl.run([
                "get", "deploy", "-n", "shop", "-o", "custom-columns=N:.metadata.name",
            ])
            async let described = kubectl.run(["describe", "deploy", "web", "-n", "shop"])
            async let waited = kubectl.run([
                "wait", "deploy/web", "-n", "shop", "--for=condition=Available", "--timeout=5s",
            ])

            let podRows = try await pods.rows
            #expect(podRows.first == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"])
            #expect(podRows.dropFirst().map { $0[1...3] } == [["1/1", "Running", "0"]].twice)
            let wideRows = try await wide.rows
            #expect(
                wideRows.first == [
                    "NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "CONTAINERS", "IMAGES",
                    "SELECTOR",
                ]
            )
            #expect(Array(wideRows[1][...3]) == ["web", "2/2", "2", "2"])
            #expect(Array(wideRows[1][5...]) == ["main", "web:1", "app=web"])
            #expect(try await all.rows.contains { $0.prefix(3) == ["shop", "settings", "2"] })
            #expect(try await field.rows.count == 2)
            #expect(try await path.output == "2")
            #expect(try await custom.output == "N\nweb\n")
            #expect(try await described.output.contains("2 desired | 2 updated | 2 total"))
            #expect(try await waited.output.contains("deployment.apps/web condition met"))
        }
    }

    @Test(arguments: Tool.kubectls.map(\.path))
    func `kubectl makes, watches and deletes things by itself`(_ path: String) async throws {
        try await ServedTwin.run { served in
            let kubectl = served.aimed(Tool(path: path))
            // Newer versions send what they make in the binary form.
            let made = try await kubectl.run(["create", "namespace", "yard"])
            #expect(made.output == "namespace/yard created\n", "\(made)")
            async let watched = kubectl.run([
                "get", "cm", "-n", "yard", "-w", "--request-timeout=4s",
            ])
            try await Task.sleep(for: .seconds(1))
            let map = try await kubectl.run([
                "create", "configmap", "tools", "-n", "yard", "--from-literal=saw=sharp",
            ])
            #expect(map.output == "configmap/tools created\n", "\(map)")
            let value = try await kubectl.run([
                "get", "cm", "tools", "-n", "yard", "-o", "jsonpath={.data.saw}",
            ])
            #expect(value.output == "sharp")
            let again = try await kubectl.run(["create", "namespace", "yard"])
            #expect(again.problems.contains(#"namespaces "yard" already exists"#))
            let may = try await kubectl.run(["auth", "can-i", "create", "pods"])
            #expect(may.output == "yes\n", "\(may)")
            let deleted = try await kubectl.run(["delete", "cm", "tools", "-n", "yard"])
            #expect(deleted.output.contains(#"configmap "tools" deleted"#))
            let gone = try await kubectl.run(["get", "cm", "tools", "-n", "yard"])
            #expect(gone.problems.contains(#"configmaps "tools" not found"#))
            let rows = try await watched.rows
            #expect(rows.first == ["NAME", "DATA", "AGE"])
            #expect(rows.contains { $0.prefix(2) == ["tools", "1"] }, "\(rows)")
        }
    }
}

extension Array {
    /// The elements, and once more.
    fileprivate var twice: Self { self + self }
}
