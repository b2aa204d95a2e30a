import JSONValues
import KubernetesObjects
import Testing

struct SemanticDiffTests {
    static let deployment = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")

    func differences(
        _ source: String,
        _ target: String,
        kind: GroupVersionKind = deployment,
        options: SemanticDiff.Options = SemanticDiff.Options()
    ) throws -> [String] {
        SemanticDiff.differences(
            from: try JSON.parse(source),
            to: try JSON.parse(target),
            schema: SchemaCatalog.builtIn.schema(for: kind),
            options: options
        ).map(\.description)
    }

    func pod(_ spec: String) -> String { #"{"spec":{"template":{"spec":\#(spec)}}}"# }

    @Test(arguments: [
        (
            #"{"containers":[{"name":"a","resources":{"limits":{"cpu":"1000m"}}}]}"#,
            #"{"containers":[{"name":"a","resources":{"limits":{"cpu":"1"}}}]}"#
        ),
        (
            #"{"containers":[{"name":"a","resources":{"limits":{"memory":"1Gi"}}}]}"#,
            #"{"containers":[{"name":"a","resources":{"limits":{"memory":"1024Mi"}}}]}"#
        ),
        (
            #"{"containers":[{"name":"a","resources":{"limits":{"cpu":1}}}]}"#,
            #"{"containers":[{"name":"a","resources":{"limits":{"cpu":"1"}}}]}"#
        ),
        (
            #"{"containers":[{"name":"a"},{"name":"b"}]}"#,
            #"{"containers":[{"name":"b"},{"name":"a"}]}"#
        ),
        (
            #"{"containers":[{"name":"a"}]}"#,
            #"{"containers":[{"name":"a","resources":{},"env":[],"workingDir":"","stdin":null}]}"#
        ),
        (
            #"{"containers":[{"name":"a","ports":[{"containerPort":80}]}]}"#,
            #"{"containers":[{"name":"a","ports":[{"containerPort":80,"protocol":"TCP"}]}]}"#
        ),
        (#"{"securityContext":{}}"#, "{}"),
        (#"{"volumes":null}"#, #"{"volumes":[]}"#),
        (#"{"terminationGracePeriodSeconds":30}"#, #"{"terminationGracePeriodSeconds":30.0}"#),
    ])
    func `what means the same is no difference`(source: String, target: String) throws {
        let options = SemanticDiff.Options(ignoresAdditions: true)
        #expect(try differences(pod(source), pod(target), options: options).isEmpty)
        if !target.contains("protocol") {
            #expect(try differences(pod(source), pod(target)).isEmpty)
            #expect(try differences(pod(target), pod(source)).isEmpty)
        }
    }

    @Test(arguments: [
        (#"{"spec":{"replicas":0}}"#, #"{"spec":{}}"#, [".spec.replicas"]),
        (#"{"spec":{"paused":false}}"#, #"{"spec":{}}"#, [".spec.paused"]),
        (#"{"spec":{"replicas":1}}"#, #"{"spec":{"replicas":2}}"#, [".spec.replicas"]),
        (
            #"{"metadata":{"labels":{"a":"1"}}}"#, #"{"metadata":{"labels":{"b":"1"}}}"#,
            [".metadata.labels.a", ".metadata.labels.b"]
        ),
        (
            #"{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"x:1"}]}}}}"#,
            #"{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"x:2"},{"name":"b"}]}}}}"#,
            [
                #".spec.template.spec.containers[name="a"].image"#,
                #".spec.template.spec.containers[name="b"]"#,
            ]
        ),
        (
            #"{"spec":{"template":{"spec":{"containers":[{"name":"a","args":["1","2"]}]}}}}"#,
            #"{"spec":{"template":{"spec":{"containers":[{"name":"a","args":["1","3","4"]}]}}}}"#,
            [
                #".spec.template.spec.containers[name="a"].args[1]"#,
                #".spec.template.spec.containers[name="a"].args[2]"#,
            ]
        ),
        (
            #"{"spec":{"strategy":{"rollingUpdate":{"maxSurge":1}}}}"#,
            #"{"spec":{"strategy":{"rollingUpdate":{"maxSurge":"1%"}}}}"#,
            [".spec.strategy.rollingUpdate.maxSurge"]
        ),
        (
            #"{"metadata":{"finalizers":["a","b"]}}"#, #"{"metadata":{"finalizers":["b","c"]}}"#,
            [#".metadata.finalizers[="a"]"#, #".metadata.finalizers[="c"]"#]
        ),
    ])
    func `what differs is named by its path`(
        source: String,
        target: String,
        paths: [String]
    ) throws {
        #expect(try differences(source, target) == paths)
        #expect(Set(try differences(target, source)) == Set(paths))
    }

    @Test func `what a server sets is no difference unless it is asked for`() throws {
        let source =
            #"{"metadata":{"uid":"1","resourceVersion":"5","generation":2},"status":{"a":1}}"#
        let target = #"{"metadata":{"uid":"2","managedFields":[{"manager":"x"}]},"status":{"a":2}}"#
        #expect(try differences(source, target).isEmpty)
        let strict = SemanticDiff.Options(ignoresStatus: false, ignoresServerMetadata: false)
        #expect(try differences(source, target, options: strict).count == 5)
    }

    @Test func `the caller may ignore paths, additions and, or not, order`() throws {
        let ignored = FieldSet([
            [.name("spec"), .name("replicas")],
            [.name("metadata"), .name("annotations"), .name("deployment.kubernetes.io/revision")],
        ])
        #expect(
            try differences(
                #"{"metadata":{"annotations":{"deployment.kubernetes.io/revision":"1"}},"spec":{"replicas":1}}"#,
                #"{"spec":{"replicas":2,"paused":true}}"#,
                options: SemanticDiff.Options(ignoresAdditions: true, ignored: ignored)
            ).isEmpty
        )
        let one = pod(#"{"initContainers":[{"name":"a"},{"name":"b"}]}"#)
        let other = pod(#"{"initContainers":[{"name":"b"},{"name":"a"}]}"#)
        #expect(try differences(one, other).isEmpty)
        #expect(
            try differences(one, other, options: SemanticDiff.Options(comparesOrder: true))
                == [".spec.template.spec.initContainers"]
        )
    }

    @Test func `without a schema lists are compared by place and texts as they are`() {
        let found = SemanticDiff.differences(
            from: ["spec": ["list": [1, 2], "cpu": "1000m"]],
            to: ["spec": ["list": [2, 1], "cpu": "1"]],
            schema: nil
        )
        #expect(found.map(\.description) == [".spec.cpu", ".spec.list[0]", ".spec.list[1]"])
        #expect(found[0].source == "1000m")
    }

    @Test func `a Service's ports are told apart by port and protocol`() throws {
        let service = GroupVersionKind(group: "", version: "v1", kind: "Service")
        #expect(
            try differences(
                #"{"spec":{"ports":[{"port":53,"protocol":"UDP"},{"port":53,"targetPort":"dns"}]}}"#,
                #"{"spec":{"ports":[{"port":53,"protocol":"TCP","targetPort":53},{"port":53,"protocol":"UDP"}]}}"#,
                kind: service,
                options: SemanticDiff.Options(ignoresAdditions: true)
            ) == [#".spec.ports[port=53,protocol="TCP"].targetPort"#]
        )
    }
}
