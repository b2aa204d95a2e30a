import Foundation
import Testing

/// The verbs of unmodified `kubectl` that change things, once for each version of it at hand.
@Suite(.enabled(if: !Tool.kubectls.isEmpty, "skipped: no kubectl is at hand"))
struct KubectlVerbTests {
    private static func web(image: String = "web:1", colour: String = "blue") -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: default, labels: {app: web}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: main, image: "\(image)", ports: [{containerPort: 80}]}]}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: default}
        data: {colour: \(colour), size: "3"}
        """
    }

    /// A twin with a Deployment that is ready, and kubectl aimed at it.
    private static func withWeb(
        _ path: String,
        _ body: @escaping @Sendable (Kubectl) async throws -> Void
    ) async throws {
        try await ServedTwin.run { served in
            let kubectl = Kubectl(tool: served.aimed(Tool(path: path)))
            try await kubectl("apply -f -", input: web(), says: "deployment.apps/web created")
            try await kubectl("rollout status deploy/web --timeout=20s", says: "successfully")
            try await body(kubectl)
        }
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/diff"),
            "skipped: kubectl diff takes diff, which is not installed"
        ),
        arguments: Tool.kubectls.map(\.path)
    )
    func `diff shows what an apply would change, and nothing else`(_ path: String) async throws {
        try await Self.withWeb(path) { kubectl in
            try await kubectl("diff -f -", input: Self.web(), fails: 0, isSilent: true)
            let changed = Self.web(image: "web:2", colour: "red")
            for side in ["", "--server-side --force-conflicts"] {
                let run = try await kubectl("diff -f - \(side)", input: changed, fails: 1)
                let lines = Set(run.output.split(separator: "\n").map(String.init))
                for line in ["-      - image: web:1", "+      - image: web:2", "-  colour: blue"] {
                    #expect(lines.contains(line), "\(line) in \(run)")
                }
                #expect(lines.contains("+  colour: red"))
            }
            // Asking changed nothing.
            try await kubectl("get cm settings -o jsonpath={.data.colour}", says: "blue")
        }
    }

    @Test(arguments: Tool.kubectls.map(\.path))
    func `edit writes what the editor leaves, and says what is wrong with it`(
        _ path: String
    ) async throws {
        try await Self.withWeb(path) { kubectl in
            var editing = kubectl
            editing.tool.environment["KUBE_EDITOR"] = "sed -i s/blue/green/"
            try await editing("edit cm settings", says: "configmap/settings edited")
            try await kubectl("get cm settings -o jsonpath={.data.colour}", says: "green")
            try await editing("edit cm settings", says: "Edit cancelled, no changes made")
            editing.tool.environment["KUBE_EDITOR"] = "sed -i s/replicas:.2/replicas:.-2/"
            let refused = try await editing("edit deploy web", fails: 1)
            #expect(refused.problems.contains(#"deployments.apps "web" is invalid"#), "\(refused)")
            try await kubectl("get deploy web -o jsonpath={.spec.replicas}", says: "2")
        }
    }

    @Test(arguments: Tool.kubectls.map(\.path))
    func `scale and rollout go forth and back`(_ path: String) async throws {
        try await Self.withWeb(path) { kubectl in
            try await kubectl("scale deploy web --replicas=3", says: "deployment.apps/web scaled")
            let expected = try await kubectl(
                "scale deploy web --current-replicas=5 --replicas=1",
                fails: 1
            )
            #expect(expected.problems.contains("xpected replicas to be 5, was 3"), "\(expected)")
            try await kubectl("set image deploy/web main=web:2", says: "image updated")
            try await kubectl("rollout status deploy/web --timeout=20s", says: "successfully")
            try await kubectl("annotate deploy/web kubernetes.io/change-cause=second")
            let history = try await kubectl("rollout history deploy/web", says: "second")
            #expect(history.rows.contains(["1", "<none>"]), "\(history)")
            try await kubectl("rollout history deploy/web --revision=1", says: "web:1")
            try await kubectl("rollout undo deploy/web", says: "deployment.apps/web rolled back")
            try await kubectl("rollout status deploy/web --timeout=20s", says: "successfully")
            let image = "jsonpath={.spec.template.spec.containers[0].image}"
            try await kubectl("get deploy web -o \(image)", says: "web:1")
            try await kubectl("rollout restart deploy/web", says: "deployment.apps/web restarted")
            try await kubectl("rollout pause deploy/web", says: "deployment.apps/web paused")
            try await kubectl("rollout resume deploy/web", says: "deployment.apps/web resumed")
            try await kubectl("rollout status deploy/web --timeout=20s", says: "successfully")
            let last = try await kubectl("rollout history deploy/web")
            #expect(last.rows.compactMap(\.first).suffix(3) == ["2", "3", "4"], "\(last)")
        }
    }

    @Test(arguments: Tool.kubectls.map(\.path))
    func `patch, label, annotate, set and expose`(_ path: String) async throws {
        try await Self.withWeb(path) { kubectl in
            let container = #"{"name":"main","env":[{"name":"A","value":"1"}]}"#
            let template = #"{"spec":{"template":{"spec":{"containers":[\#(container)]}}}}"#
            try await kubectl(["patch", "deploy", "web", "-p", template], says: "patched")
            let kept = "jsonpath={.spec.template.spec.containers[*].image}"
            try await kubectl("get deploy web -o \(kept)", says: "web:1")
            let merge = #"{"spec":{"replicas":1}}"#
            try await kubectl(["patch", "deploy", "web", "--type", "merge", "-p", merge])
            let operation = #"[{"op":"replace","path":"/spec/replicas","value":2}]"#
            try await kubectl(["patch", "deploy", "web", "--type", "json", "-p", operation])
            let test = #"[{"op":"test","path":"/spec/replicas","value":9}]"#
            let refused = try await kubectl(
                ["patch", "deploy", "web", "--type", "json", "-p", test],
                fails: 1
            )
            #expect(refused.problems.contains("The request is invalid"), "\(refused)")

            try await kubectl("label cm settings tier=one", says: "configmap/settings labeled")
            let kind = try await kubectl("label cm settings tier=two", fails: 1)
            #expect(kind.problems.contains("'tier' already has a value (one)"), "\(kind)")
            try await kubectl("label cm settings tier=two --overwrite", says: "labeled")
            try await kubectl("get cm -l tier=two -o name", says: "configmap/settings")
            try await kubectl("label cm settings tier-", says: "configmap/settings")
            try await kubectl("annotate cm settings note=x", says: "annotated")
            try await kubectl("annotate cm settings note-", says: "annotated")

            try await kubectl("expose deploy web --port=80 --name=front", says: "exposed")
            let again = try await kubectl("expose deploy web --port=80 --name=front", fails: 1)
            #expect(again.problems.contains(#"services "front" already exists"#), "\(again)")
            try await kubectl("set env deploy/web B=2", says: "env updated")
            try await kubectl("set resources deploy/web --limits=cpu=100m", says: "updated")
            try await kubectl("autoscale deploy web --min=2 --max=4", says: "autoscaled")
            try await kubectl("get hpa web", says: "Deployment/web")
            try await kubectl("cordon source-node-1", says: "node/source-node-1 cordoned")
            try await kubectl("get nodes", says: "Ready,SchedulingDisabled")
            try await kubectl("uncordon source-node-1", says: "node/source-node-1 uncordoned")
        }
    }

    @Test(arguments: Tool.kubectls.map(\.path))
    func `server-side apply names who owns a field, and takes it by force`(
        _ path: String
    ) async throws {
        try await Self.withWeb(path) { kubectl in
            let map = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: default}
                data: {colour: violet}
                """
            let apply = "apply --server-side --field-manager=other -f -"
            let conflict = try await kubectl(apply, input: map, fails: 1)
            #expect(
                conflict.problems.contains(
                    #"conflict with "kubectl-client-side-apply" using v1: .data.colour"#
                ),
                "\(conflict)"
            )
            try await kubectl("\(apply) --force-conflicts", input: map, says: "serverside-applied")
            try await kubectl("get cm settings -o jsonpath={.data.colour}", says: "violet")
            let managers = "jsonpath={.metadata.managedFields[*].manager}"
            try await kubectl("get cm settings -o \(managers)", says: "other")
        }
    }

    @Test(arguments: Tool.kubectls.map(\.path))
    func `get -w shows each state, and wait returns when things are gone`(
        _ path: String
    ) async throws {
        try await Self.withWeb(path) { kubectl in
            async let watched = kubectl(
                "get deploy web -w --request-timeout=6s -o custom-columns=R:.spec.replicas",
                mayFail: true
            )
            try await Task.sleep(for: .seconds(1))
            for count in [3, 1] { try await kubectl("scale deploy web --replicas=\(count)") }
            try await kubectl(
                "wait deploy/web --for=condition=Available --timeout=20s",
                says: "deployment.apps/web condition met"
            )
            async let gone = kubectl("wait cm/settings --for=delete --timeout=20s")
            try await Task.sleep(for: .milliseconds(500))
            try await kubectl("delete cm settings", says: #"configmap "settings" deleted"#)
            _ = try await gone
            let rows = try await watched.rows.compactMap(\.first)
            #expect(rows.first == "R")
            #expect(rows.contains("3") && rows.contains("1"), "\(rows)")
        }
    }

    @Test(
        .enabled(if: !Tool.newKubectls.isEmpty, "skipped: no kubectl later than 1.23 is at hand"),
        arguments: Tool.newKubectls.map(\.path)
    )
    func `wait follows a field`(_ path: String) async throws {
        try await Self.withWeb(path) { kubectl in
            async let waited = kubectl(
                "wait deploy/web --for=jsonpath={.status.readyReplicas}=3 --timeout=20s",
                says: "condition met"
            )
            try await kubectl("scale deploy web --replicas=3")
            _ = try await waited
        }
    }

    @Test(arguments: Tool.kubectls.map(\.path))
    func `custom resources are made, explained, scaled and refused`(_ path: String) async throws {
        try await Self.withWeb(path) { kubectl in
            try await kubectl("apply -f -", input: Self.definition, says: "created")
            let name = "crd/boats.example.com"
            try await kubectl("wait \(name) --for=condition=Established --timeout=20s")
            try await kubectl("apply -f -", input: Self.boat(oars: 50), says: "created")
            let rows = try await kubectl("get boats").rows
            #expect(rows == [["NAME", "OARS"], ["argo", "50"]])
            try await kubectl("explain boat.spec.oars", says: "How many oars it has.")
            try await kubectl("scale boat/argo --replicas=20", says: "scaled")
            try await kubectl("get bt argo -o jsonpath={.spec.colour}{.spec.oars}", says: "blue20")
            let refused = try await kubectl("apply -f -", input: Self.boat(oars: 0), fails: 1)
            #expect(
                refused.problems.contains("should be greater than or equal to 1")
                    // What kubectl 1.20 finds by itself, from the schema that it is shown.
                    || refused.problems.contains("must be greater than or equal to 1"),
                "\(refused)"
            )
            try await kubectl("describe boat argo", says: "Oars:")
            try await kubectl("delete boats --all", says: #""argo" deleted"#)
            try await kubectl("delete crd boats.example.com", says: "deleted")
            let unknown = try await kubectl("get boats", fails: 1)
            #expect(unknown.problems.contains(#"doesn't have a resource type "boats""#))
        }
    }

    private static func boat(oars: Int) -> String {
        """
        apiVersion: example.com/v1
        kind: Boat
        metadata: {name: argo, namespace: default}
        spec: {oars: \(oars)}
        """
    }

    private static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: boats.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: boats, singular: boat, kind: Boat, shortNames: [bt]}
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {scale: {specReplicasPath: .spec.oars, statusReplicasPath: .status.oars}}
            additionalPrinterColumns: [{name: Oars, type: integer, jsonPath: .spec.oars}]
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    description: What the boat should be.
                    properties:
                      oars: {type: integer, minimum: 1, description: How many oars it has.}
                      colour: {type: string, default: blue}
                  status: {type: object, properties: {oars: {type: integer}}}
        """
}

/// kubectl as a test calls it: what it must say, or how it must fail.
struct Kubectl: Sendable {
    var tool: Tool

    /// Runs a command whose words hold no spaces.
    @discardableResult
    func callAsFunction(
        _ command: String,
        input: String = "",
        says text: String? = nil,
        fails status: Int32 = 0,
        isSilent: Bool = false,
        mayFail: Bool = false
    ) async throws -> ToolRun {
        try await self(
            command.split(separator: " ").map(String.init),
            input: input,
            says: text,
            fails: status,
            isSilent: isSilent,
            mayFail: mayFail
        )
    }

    @discardableResult
    func callAsFunction(
        _ arguments: [String],
        input: String = "",
        says text: String? = nil,
        fails status: Int32 = 0,
        isSilent: Bool = false,
        mayFail: Bool = false
    ) async throws -> ToolRun {
        let run = try await tool.run(arguments, input: input)
        let command = arguments.joined(separator: " ")
        if !mayFail { #expect(run.status == status, "\(command): \(run)") }
        if isSilent { #expect(run.output.isEmpty, "\(command): \(run)") }
        if let text {
            let said = run.output + run.problems
            #expect(said.contains(text), "\(command) does not say \(text): \(run)")
        }
        return run
    }
}
