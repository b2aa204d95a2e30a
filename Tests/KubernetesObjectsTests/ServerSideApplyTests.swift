import JSONValues
import KubernetesObjects
import Testing

struct ServerSideApplyTests {
    static let time = "2026-11-21T09:00:00Z"
    static let later = "2026-11-21T10:00:00Z"

    func schema(_ object: JSON) -> TypeSchema? {
        object.groupVersionKind.flatMap { SchemaCatalog.builtIn.schema(for: $0) }
    }

    func apply(
        _ applied: JSON,
        to live: JSON?,
        by manager: String,
        force: Bool = false,
        time: String = time
    ) throws -> JSON {
        try ServerSideApply.apply(
            applied: applied,
            live: live,
            manager: manager,
            force: force,
            schema: schema(applied),
            time: time,
            ignored: FieldSet([[.name("status")]])
        )
    }

    func update(
        _ before: JSON?,
        to after: JSON,
        by manager: String,
        time: String = time
    ) throws
        -> JSON
    {
        var books: ManagedBooks?
        return try ManagedFields.update(
            before: before,
            after: after,
            manager: manager,
            apiVersion: after.apiVersion ?? "",
            schema: schema(after),
            time: time,
            ignored: FieldSet([[.name("status")]]),
            books: &books
        )
    }

    func fields(of manager: String, in object: JSON) -> String? {
        ManagedFields(of: object).entries.first { $0.manager.name == manager }?.fields.json.text()
    }

    func deployment(_ spec: String) throws -> JSON {
        try JSON.parse(
            #"{"apiVersion":"apps/v1","kind":"Deployment","#
                + #""metadata":{"name":"web","namespace":"shop"},"spec":\#(spec)}"#
        )
    }

    func configMap(_ data: String) throws -> JSON {
        try JSON.parse(
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":\#(data)}"#
        )
    }

    @Test func `the first apply creates the object and owns what it names`() throws {
        let object = try apply(
            try deployment(
                #"{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":"#
                    + #"{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"w:1","#
                    + #""ports":[{"containerPort":80}]}]}}}"#
            ),
            to: nil,
            by: "diolkos"
        )
        #expect(object.at("spec", "replicas") == 2)
        #expect(object.managedFields.count == 1)
        #expect(object.managedFields[0]["operation"] == "Apply")
        #expect(object.managedFields[0]["time"]?.string == Self.time)
        #expect(
            fields(of: "diolkos", in: object) == #"{"f:spec":{"f:replicas":{},"f:selector":{},"#
                + #""f:template":{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:containers":"#
                + #"{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:name":{},"f:ports":"#
                + #"{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":"#
                + #"{".":{},"f:containerPort":{}}}}}}}}}"#
        )
    }

    /// The shape of what a real server writes for `kubectl create deployment`.
    @Test func `a created object's books have no dot where a struct always is`() throws {
        let object = try update(
            nil,
            to: try deployment(
                #"{"replicas":1,"selector":{"matchLabels":{"app":"web"}},"strategy":"#
                    + #"{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}},"template":{"#
                    + #""metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"w","#
                    + #""image":"w:1","resources":{}}],"securityContext":{}}}}"#
            ),
            by: "kubectl-create"
        )
        #expect(
            fields(of: "kubectl-create", in: object) == #"{"f:spec":{"f:replicas":{},"#
                + #""f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{}},"#
                + #""f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"#
                + #""f:spec":{"f:containers":{"k:{\"name\":\"w\"}":{".":{},"f:image":{},"#
                + #""f:name":{},"f:resources":{}}},"f:securityContext":{}}}}}"#
        )
    }

    @Test func `a field that is no longer applied goes, unless someone else owns it`() throws {
        let first = try apply(try configMap(#"{"a":"1","b":"2"}"#), to: nil, by: "one")
        let shared = try apply(try configMap(#"{"b":"2"}"#), to: first, by: "two")
        #expect(ManagedFields(of: shared).entries.count == 2)
        let last = try apply(try configMap(#"{"c":"3"}"#), to: shared, by: "one", time: Self.later)
        #expect(last["data"] == ["b": "2", "c": "3"])
        #expect(fields(of: "one", in: last) == #"{"f:data":{"f:c":{}}}"#)
        let gone = try apply(try configMap("{}"), to: last, by: "one")
        #expect(gone["data"] == ["b": "2"])
    }

    @Test func `what nobody applied stays`() throws {
        let live = try update(nil, to: try configMap(#"{"x":"0"}"#), by: "curl")
        let one = try apply(try configMap(#"{"a":"1"}"#), to: live, by: "one")
        let two = try apply(try configMap(#"{"b":"1"}"#), to: one, by: "one")
        #expect(two["data"] == ["x": "0", "b": "1"])
    }

    @Test func `another's field with another value is a conflict, in a server's words`() throws {
        let live = try update(
            nil,
            to: try deployment(#"{"replicas":1}"#),
            by: "kubectl-client-side-apply"
        )
        let applied = try deployment(#"{"replicas":3}"#)
        let error = #expect(throws: ApplyFailure.self) {
            try apply(applied, to: live, by: "diolkos")
        }
        #expect(
            error?.message == "Apply failed with 1 conflict: conflict with "
                + #""kubectl-client-side-apply" using apps/v1: .spec.replicas"#
        )
        guard case .conflicts(let conflicts)? = error else {
            Issue.record("no conflict was found")
            return
        }
        #expect(conflicts.map(\.field) == [".spec.replicas"])
        #expect(
            conflicts.map(\.message)
                == [#"conflict with "kubectl-client-side-apply" using apps/v1"#]
        )
        let forced = try apply(applied, to: live, by: "diolkos", force: true)
        #expect(forced.at("spec", "replicas") == 3)
        #expect(fields(of: "kubectl-client-side-apply", in: forced) == nil)
    }

    @Test func `many conflicts are listed by manager`() throws {
        let one = try apply(try configMap(#"{"a":"1","b":"1"}"#), to: nil, by: "one")
        var after = one
        after.set("1", at: "data", "c")
        let two = try update(one, to: after, by: "two")
        let error = #expect(throws: ApplyFailure.self) {
            try apply(try configMap(#"{"a":"2","b":"2","c":"2"}"#), to: two, by: "three")
        }
        #expect(
            error?.message == "Apply failed with 3 conflicts: conflicts with \"one\":\n"
                + "- .data.a\n- .data.b\nconflicts with \"two\" using v1:\n- .data.c"
        )
    }

    @Test func `the same value is shared without a conflict`() throws {
        let one = try apply(try configMap(#"{"a":"1"}"#), to: nil, by: "one")
        let both = try apply(try configMap(#"{"a":"1"}"#), to: one, by: "two")
        #expect(ManagedFields(of: both).owners(of: [.name("data"), .name("a")]).count == 2)
    }

    @Test func `an update takes fields from their appliers`() throws {
        let one = try apply(try configMap(#"{"a":"1","b":"1"}"#), to: nil, by: "one")
        var after = one
        after.set("2", at: "data", "a")
        let updated = try update(one, to: after, by: "editor", time: Self.later)
        #expect(fields(of: "one", in: updated) == #"{"f:data":{"f:b":{}}}"#)
        #expect(fields(of: "editor", in: updated) == #"{"f:data":{"f:a":{}}}"#)
        after = updated
        after.set(nil, at: "data", "b")
        let removed = try update(updated, to: after, by: "editor", time: Self.later)
        #expect(fields(of: "one", in: removed) == nil)
    }

    @Test func `list elements are owned by key, and atomic lists as one`() throws {
        let one = try deployment(
            #"{"template":{"spec":{"containers":[{"name":"a","args":["-v"]},{"name":"b"}]}}}"#
        )
        let live = try apply(one, to: nil, by: "one")
        let two = try deployment(
            #"{"template":{"spec":{"containers":[{"name":"side","image":"s"}]}}}"#
        )
        let both = try apply(two, to: live, by: "two")
        let containers = both.at("spec", "template", "spec", "containers")?.array ?? []
        #expect(containers.map { $0["name"]?.string } == ["a", "b", "side"])
        let less = try deployment(#"{"template":{"spec":{"containers":[{"name":"b"}]}}}"#)
        let after = try apply(less, to: both, by: "one")
        let left = after.at("spec", "template", "spec", "containers")?.array ?? []
        #expect(left.map { $0["name"]?.string } == ["b", "side"])
        let args = try deployment(
            #"{"template":{"spec":{"containers":[{"name":"a","args":["-q"]}]}}}"#
        )
        let error = #expect(throws: ApplyFailure.self) { try apply(args, to: both, by: "three") }
        #expect(
            error?.message == "Apply failed with 1 conflict: conflict with \"one\": "
                + #".spec.template.spec.containers[name="a"].args"#
        )
    }

    @Test func `an apply that changes nothing leaves the books' time`() throws {
        let object = try configMap(#"{"a":"1"}"#)
        let one = try apply(object, to: nil, by: "one")
        let again = try apply(object, to: one, by: "one", time: Self.later)
        #expect(again == one)
        var after = one
        after.managedFields[0]["time"] = .string(Self.later)
        #expect(ManagedFields.withoutIdleTimes(after, since: one) == one)
    }

    @Test func `kubectl may take over what it applied from the client`() throws {
        var live = try configMap(#"{"a":"1","b":"x"}"#)
        let annotation = "kubectl.kubernetes.io/last-applied-configuration"
        live.annotations[annotation] = try configMap(#"{"a":"1"}"#).text()
        live = try update(nil, to: live, by: "kubectl-client-side-apply")
        let taken = try apply(try configMap(#"{"a":"2"}"#), to: live, by: "kubectl")
        #expect(taken.at("data", "a") == "2")
        #expect(
            taken.annotations[annotation] == (try configMap(#"{"a":"2"}"#)).text() + "\n"
        )
        let error = #expect(throws: ApplyFailure.self) {
            try apply(try configMap(#"{"a":"2","b":"y"}"#), to: live, by: "kubectl")
        }
        #expect(
            error?.message == "Apply failed with 1 conflict: conflict with "
                + #""kubectl-client-side-apply" using v1: .data.b"#
        )
    }

    @Test func `books begin with creation or with the first apply`() throws {
        var old = try configMap(#"{"a":"1"}"#)
        old.uid = "u"
        var after = old
        after.set("2", at: "data", "a")
        #expect(try update(old, to: after, by: "x").managedFields.isEmpty)
        let applied = try apply(try configMap(#"{"b":"1"}"#), to: old, by: "one")
        #expect(fields(of: "before-first-apply", in: applied) == #"{"f:data":{".":{},"f:a":{}}}"#)
        var reset = applied
        reset.set([[:]], at: "metadata", "managedFields")
        #expect(try update(applied, to: reset, by: "x").managedFields.isEmpty)
    }

    @Test func `more than ten updaters become ancient changes`() throws {
        var live = try update(nil, to: try configMap("{}"), by: "m00")
        for number in 1...14 {
            var after = live
            after.set("1", at: "data", "k\(number)")
            let time = "2026-11-21T09:\(number + 10):00Z"
            live = try update(live, to: after, by: "m\(number + 10)", time: time)
        }
        let entries = ManagedFields(of: live).entries
        #expect(entries.count == 10)
        #expect(entries.contains { $0.manager.name == "ancient-changes" })
        let owned = entries.reduce(FieldSet()) { $0.union($1.fields) }
        #expect((1...14).allSatisfy { owned.contains([.name("data"), .name("k\($0)")]) })
    }

    @Test func `a status write is booked apart and conflicts name it`() throws {
        let live = try apply(try deployment(#"{"replicas":1}"#), to: nil, by: "one")
        var after = live
        after.set(1, at: "status", "replicas")
        var books: ManagedBooks?
        let updated = try ManagedFields.update(
            before: live,
            after: after,
            manager: "controller",
            apiVersion: "apps/v1",
            subresource: "status",
            schema: schema(live),
            time: Self.later,
            ignored: FieldSet([[.name("spec")]]),
            books: &books
        )
        let entry = updated.managedFields.first { $0["subresource"] == "status" }
        #expect(entry?["fieldsV1"] == ["f:status": ["f:replicas": [:]]])
        var status = try deployment("{}")
        status.set(2, at: "status", "replicas")
        let error = #expect(throws: ApplyFailure.self) {
            try ServerSideApply.apply(
                applied: status,
                live: updated,
                manager: "other",
                force: false,
                schema: schema(live),
                time: Self.later,
                subresource: "status"
            )
        }
        #expect(
            error?.message == "Apply failed with 1 conflict: conflict with "
                + #""controller" with subresource "status" using apps/v1: .status.replicas"#
        )
    }

    @Test(arguments: [
        (
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","managedFields":[]}}"#,
            "metadata.managedFields must be nil"
        ),
        (
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"dat":{}}"#,
            "failed to create typed patch object (/c; /v1, Kind=ConfigMap): "
                + ".dat: field not declared in schema"
        ),
        (
            #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"n"},"#
                + #""spec":{"ports":[{"port":80},{"port":80,"protocol":"TCP"}],"type":1}}"#,
            "failed to create typed patch object (n/s; /v1, Kind=Service): errors:\n  "
                + #".spec.ports: duplicate entries for key [port=80,protocol="TCP"]"#
                + "\n  .spec.type: expected string, got &{1}"
        ),
    ])
    func `a bad apply is refused in a server's words`(text: String, message: String) throws {
        let error = #expect(throws: ApplyFailure.self) {
            try apply(try JSON.parse(text), to: nil, by: "one")
        }
        #expect(error?.message == message)
    }

    @Test func `a custom resource follows its own schema`() throws {
        let schema = TypeSchema(
            customResource: try JSON.parse(
                #"""
                {"type":"object","properties":{"spec":{"type":"object","properties":{
                  "hosts":{"type":"array","x-kubernetes-list-type":"map",
                    "x-kubernetes-list-map-keys":["name"],"items":{"type":"object",
                    "properties":{"name":{"type":"string"},"weight":{"type":"integer"}}}},
                  "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}
                """#
            )
        )
        func route(_ spec: String) throws -> JSON {
            try JSON.parse(
                #"{"apiVersion":"x.io/v1","kind":"Route","metadata":{"name":"r"},"spec":\#(spec)}"#
            )
        }
        func apply(_ spec: String, to live: JSON?, by manager: String) throws -> JSON {
            try ServerSideApply.apply(
                applied: try route(spec),
                live: live,
                manager: manager,
                force: false,
                schema: schema,
                time: Self.time
            )
        }
        let one = try apply(
            #"{"hosts":[{"name":"a","weight":1}],"free":{"x":{"y":[1]}}}"#,
            to: nil,
            by: "one"
        )
        let two = try apply(
            #"{"hosts":[{"name":"b","weight":2}],"free":{"x":{"z":1}}}"#,
            to: one,
            by: "two"
        )
        #expect(
            two["spec"]
                == (try JSON.parse(
                    #"{"hosts":[{"name":"a","weight":1},{"name":"b","weight":2}],"#
                        + #""free":{"x":{"y":[1],"z":1}}}"#
                ))
        )
        let less = try apply(#"{"hosts":[]}"#, to: two, by: "one")
        #expect(
            less["spec"]
                == (try JSON.parse(#"{"hosts":[{"name":"b","weight":2}],"free":{"x":{"z":1}}}"#))
        )
    }
}
