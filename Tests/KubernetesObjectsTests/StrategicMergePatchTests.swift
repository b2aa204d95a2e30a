import JSONValues
import KubernetesObjects
import Testing

/// What kubectl sends, on the kinds that it sends it for; the behaviour is that of the tables in
/// `k8s.io/apimachinery/pkg/util/strategicpatch`.
struct StrategicMergePatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let says: String
        let target: String
        let patch: String
        let result: String
        var testDescription: String { says }

        init(_ says: String, _ target: String, _ patch: String, _ result: String) {
            (self.says, self.target, self.patch, self.result) = (says, target, patch, result)
        }
    }

    static let pod = GroupVersionKind(group: "", version: "v1", kind: "Pod")
    static let service = GroupVersionKind(group: "", version: "v1", kind: "Service")
    static let deployment = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")

    func apply(_ patch: String, to target: String, kind: GroupVersionKind) throws -> JSON {
        try StrategicMergePatch.apply(
            try JSON.parse(patch),
            to: try JSON.parse(target),
            schema: SchemaCatalog.builtIn.schema(for: kind)
        )
    }

    @Test(arguments: [
        Case(
            "scale sets one field",
            #"{"spec":{"replicas":1,"paused":true}}"#,
            #"{"spec":{"replicas":3}}"#,
            #"{"spec":{"replicas":3,"paused":true}}"#
        ),
        Case(
            "rollout restart makes the annotations it needs",
            #"{"spec":{"template":{"spec":{}}}}"#,
            #"{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-11-21T09:00:00Z"}}}}}"#,
            #"{"spec":{"template":{"spec":{},"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-11-21T09:00:00Z"}}}}}"#
        ),
        Case(
            "null removes a member and ignores an absent one",
            #"{"metadata":{"labels":{"a":"1","b":"2"}}}"#,
            #"{"metadata":{"labels":{"a":null,"c":null}}}"#,
            #"{"metadata":{"labels":{"b":"2"}}}"#
        ),
        Case(
            "nulls in what is new are dropped",
            #"{"spec":{}}"#,
            #"{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}"#,
            #"{"spec":{"strategy":{"type":"Recreate"}}}"#
        ),
        Case(
            "retainKeys removes the members it does not name",
            #"{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}"#,
            #"{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}"#,
            #"{"spec":{"strategy":{"type":"Recreate"}}}"#
        ),
        Case(
            "a map with the directive replace takes the patch's place",
            #"{"spec":{"strategy":{"type":"RollingUpdate"}}}"#,
            #"{"spec":{"strategy":{"$patch":"replace","rollingUpdate":{}}}}"#,
            #"{"spec":{"strategy":{"rollingUpdate":{}}}}"#
        ),
        Case(
            "a map with the directive delete becomes empty",
            #"{"metadata":{"labels":{"a":"1"}}}"#,
            #"{"metadata":{"labels":{"$patch":"delete"}}}"#,
            #"{"metadata":{"labels":{}}}"#
        ),
    ])
    func `a Deployment's maps merge`(_ test: Case) throws {
        #expect(
            try apply(test.patch, to: test.target, kind: Self.deployment)
                == (try JSON.parse(test.result))
        )
    }

    /// The lists of a pod, written as the list itself.
    @Test(arguments: [
        Case(
            "an element is changed by its name",
            #"[{"name":"a","image":"a:1","tty":true}]"#,
            #"{"containers":[{"name":"a","image":"a:2"}]}"#,
            #"[{"name":"a","image":"a:2","tty":true}]"#
        ),
        Case(
            "a new element stands before those that the patch does not name",
            #"[{"name":"a"},{"name":"b"}]"#,
            #"{"containers":[{"name":"c"}]}"#,
            #"[{"name":"c"},{"name":"a"},{"name":"b"}]"#
        ),
        Case(
            "an element is deleted by its name",
            #"[{"name":"a"},{"name":"b"},{"name":"a"}]"#,
            #"{"containers":[{"name":"a","$patch":"delete"}]}"#,
            #"[{"name":"b"}]"#
        ),
        Case(
            "the whole list is replaced",
            #"[{"name":"a"},{"name":"b"}]"#,
            #"{"containers":[{"name":"c"},{"$patch":"replace"}]}"#,
            #"[{"name":"c"}]"#
        ),
        Case(
            "the user's order wins among the elements that the user knows",
            #"[{"name":"a"},{"name":"b"},{"name":"server"}]"#,
            #"{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}"#,
            #"[{"name":"b"},{"name":"a"},{"name":"server"}]"#
        ),
        Case(
            "an order may name what is nowhere",
            #"[{"name":"a"},{"name":"c"}]"#,
            ##"{"$setElementOrder/containers":[{"name":"c"},{"name":"b"},{"name":"a"}],"##
                + #""containers":[{"name":"c","image":"c:1"}]}"#,
            #"[{"name":"c","image":"c:1"},{"name":"a"}]"#
        ),
        Case(
            "what is new takes the place that a deletion freed",
            #"[{"name":"old"},{"name":"x"},{"name":"server"}]"#,
            #"{"$setElementOrder/containers":[{"name":"x"},{"name":"new"}],"#
                + #""containers":[{"name":"new"},{"name":"old","$patch":"delete"}]}"#,
            #"[{"name":"x"},{"name":"server"},{"name":"new"}]"#
        ),
        Case(
            "environment and ports of an element merge by their own keys",
            #"[{"name":"a","env":[{"name":"X","value":"1"}],"#
                + #""ports":[{"containerPort":80,"protocol":"TCP"}],"args":["-v"]}]"#,
            #"{"containers":[{"name":"a","env":[{"name":"Y","value":"2"}],"#
                + #""ports":[{"containerPort":80,"name":"http"}],"args":["-q"]}]}"#,
            #"[{"name":"a","env":[{"name":"Y","value":"2"},{"name":"X","value":"1"}],"#
                + #""ports":[{"containerPort":80,"protocol":"TCP","name":"http"}],"args":["-q"]}]"#
        ),
        Case(
            "a volume's source is exchanged by retainKeys",
            #"[{"name":"v","emptyDir":{}}]"#,
            #"{"containers":[{"name":"v","$retainKeys":["name","image"],"image":"i"}]}"#,
            #"[{"name":"v","image":"i"}]"#
        ),
        Case(
            "directives in what is new do not stay",
            #"[{"name":"a"}]"#,
            #"{"containers":[{"name":"a","env":[{"name":"X","$patch":"delete"},{"name":"Y"}]}]}"#,
            #"[{"name":"a","env":[{"name":"Y"}]}]"#
        ),
        Case(
            "an empty patch list changes nothing",
            #"[{"name":"a"}]"#,
            #"{"containers":[]}"#,
            #"[{"name":"a"}]"#
        ),
    ])
    func `a Pod's containers merge`(_ test: Case) throws {
        let merged = try apply(
            #"{"spec":\#(test.patch)}"#,
            to: #"{"spec":{"containers":\#(test.target)}}"#,
            kind: Self.pod
        )
        #expect(merged == (try JSON.parse(#"{"spec":{"containers":\#(test.result)}}"#)))
    }

    @Test(arguments: [
        Case("a set is joined", #"["a","b"]"#, #"{"finalizers":["c","a"]}"#, #"["c","a","b"]"#),
        Case(
            "a set loses what is named",
            #"["a","b","a"]"#,
            #"{"$deleteFromPrimitiveList/finalizers":["a"]}"#,
            #"["b"]"#
        ),
        Case(
            "a set loses, gains and is put in order",
            #"["a","b"]"#,
            #"{"$deleteFromPrimitiveList/finalizers":["a"],"#
                + #""$setElementOrder/finalizers":["c","b"],"finalizers":["c"]}"#,
            #"["c","b"]"#
        ),
    ])
    func `finalizers merge as a set`(_ test: Case) throws {
        let merged = try apply(
            #"{"metadata":\#(test.patch)}"#,
            to: #"{"metadata":{"finalizers":\#(test.target)}}"#,
            kind: Self.pod
        )
        #expect(merged.at("metadata", "finalizers") == (try JSON.parse(test.result)))
    }

    @Test func `a Service's ports merge by port alone, and its selector as a map`() throws {
        let merged = try apply(
            #"{"spec":{"ports":[{"port":80,"targetPort":"web"}],"selector":{"b":"2","a":null}}}"#,
            to: #"{"spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":8080},{"port":81}],"#
                + #""selector":{"a":"1"}}}"#,
            kind: Self.service
        )
        #expect(
            merged.text() == #"{"spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":"web"},"#
                + #"{"port":81}],"selector":{"b":"2"}}}"#
        )
    }

    @Test(arguments: [
        (#"[1]"#, "invalid JSON document"),
        (
            #"{"spec":{"containers":[{"image":"x"}]}}"#,
            "map: map[image:x] does not contain declared merge key: name"
        ),
        (
            #"{"spec":{"containers":[{"name":"a","$patch":"move"}]}}"#,
            "unknown patch type: move in map: map[$patch:move name:a]"
        ),
        (
            #"{"spec":{"containers":[{"name":"a","$patch":"merge"}]}}"#,
            "merging lists cannot yet be specified in the patch"
        ),
        (#"{"spec":{"$patch":"x"}}"#, "unknown patch type: x in map: map[$patch:x]"),
        (
            #"{"spec":{"$retainKeys":["a"],"nodeName":"b"}}"#, "invalid patch format of retainKeys"
        ),
        (#"{"spec":{"$retainKeys":"a"}}"#, "invalid patch format of retainKeys"),
        (
            #"{"spec":{"$setElementOrder/containers":{}}}"#,
            "expected a []interface {}, but received a map[string]interface {}"
        ),
        (
            #"{"spec":{"$setElementOrder/containers":[{"name":"a"},{"name":"b"}],"#
                + #""containers":[{"name":"b"},{"name":"a"}]}}"#,
            "The order in patch list:\n[map[name:b] map[name:a]]\n doesn't match "
                + "$setElementOrder list:\n[map[name:a] map[name:b]]\n"
        ),
        (
            #"{"spec":{"containers":["a"]}}"#,
            "list element types are not identical: [[map[name:a]] [a]]"
        ),
        (
            #"{"spec":{"unknown":{"a":1}}}"#,
            #"unable to find api field in struct PodSpec for the json field "unknown""#
        ),
    ])
    func `a patch that cannot apply says why`(patch: String, message: String) throws {
        let error = #expect(throws: StrategicMergePatch.Failure.self) {
            try apply(
                patch,
                to: #"{"spec":{"containers":[{"name":"a"}],"unknown":{}}}"#,
                kind: Self.pod
            )
        }
        #expect(error?.description == message)
        let isClientsFault = message.hasPrefix("invalid ")
        #expect(error?.status == (isClientsFault ? 400 : 500))
    }

    @Test func `a thousand elements merge without trouble`() throws {
        let many = (0..<1_000).map { JSON.object(["name": .string("c\($0)")]) }
        let changed = many.map { element in
            var element = element
            element["image"] = "new"
            return element
        }
        let merged = try StrategicMergePatch.apply(
            ["spec": ["containers": .array(changed)]],
            to: ["spec": ["containers": .array(many)]],
            schema: SchemaCatalog.builtIn.schema(for: Self.pod)
        )
        #expect(merged.at("spec", "containers") == .array(changed))
    }
}
