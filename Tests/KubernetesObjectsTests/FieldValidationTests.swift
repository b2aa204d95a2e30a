import JSONValues
import KubernetesObjects
import Testing

struct FieldValidationTests {
    static let deployment = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")

    func read(_ text: String, kind: GroupVersionKind = deployment) throws -> FieldValidation {
        FieldValidation(
            try JSON.parse(text),
            schema: SchemaCatalog.builtIn.schema(for: kind)
        )
    }

    @Test func `unknown fields are dropped and named, and the rest stays`() throws {
        let read = try read(
            #"{"kind":"Deployment","extra":1,"metadata":{"labels":{"any":"thing"},"nam":"x"},"#
                + #""spec":{"replicas2":1,"replicas":2,"template":{"spec":{"containers":"#
                + #"[{"name":"a"},{"name":"b","imag":"x","ports":[{"port":1}]}]}}}}"#
        )
        #expect(
            read.unknownFields == [
                "extra", "metadata.nam", "spec.replicas2",
                "spec.template.spec.containers[1].imag",
                "spec.template.spec.containers[1].ports[0].port",
            ]
        )
        #expect(
            read.object.text() == #"{"kind":"Deployment","metadata":{"labels":{"any":"thing"}},"#
                + #""spec":{"replicas":2,"template":{"spec":{"containers":"#
                + #"[{"name":"a"},{"name":"b","ports":[{}]}]}}}}"#
        )
        #expect(read.problem == nil)
    }

    @Test func `a strict server refuses all of them at once`() throws {
        let read = try read(#"{"spec":{"a":1,"b":2}}"#)
        #expect(read.warnings == [#"unknown field "spec.a""#, #"unknown field "spec.b""#])
        let problem = try #require(read.strictProblem)
        #expect(
            FieldValidation.message(of: problem, for: Self.deployment)
                == #"Deployment in version "v1" cannot be handled as a Deployment: "#
                + #"strict decoding error: unknown field "spec.a", unknown field "spec.b""#
        )
        #expect(try self.read("{}").strictProblem == nil)
    }

    @Test(arguments: [
        (
            #"{"spec":{"replicas":"two"}}"#,
            "json: cannot unmarshal string into Go struct field "
                + "DeploymentSpec.spec.replicas of type int32"
        ),
        (
            #"{"spec":{"replicas":1.5}}"#,
            "json: cannot unmarshal number 1.5 into Go struct field "
                + "DeploymentSpec.spec.replicas of type int32"
        ),
        (
            #"{"metadata":{"labels":{"a":1}}}"#,
            "json: cannot unmarshal number into Go struct field "
                + "ObjectMeta.metadata.labels of type string"
        ),
        (
            #"{"spec":{"template":{"spec":{"containers":[{"image":7}]}}}}"#,
            "json: cannot unmarshal number into Go struct field "
                + "Container.spec.template.spec.containers.image of type string"
        ),
        (
            #"{"spec":{"template":{"spec":{"containers":{}}}}}"#,
            "json: cannot unmarshal object into Go struct field "
                + "PodSpec.spec.template.spec.containers of type []v1.Container"
        ),
        (
            #"{"spec":[]}"#,
            "json: cannot unmarshal array into Go struct field "
                + "Deployment.spec of type v1.DeploymentSpec"
        ),
        (
            #"{"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"x"}}}]}}}}"#,
            "quantities must match the regular expression "
                + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        ),
    ])
    func `what does not fit its type is refused as Go refuses it`(
        text: String,
        problem: String
    ) throws {
        #expect(try read(text).problem == problem)
    }

    @Test(
        arguments: [
            ("aGk=", nil), ("", nil), ("aGk", 0), ("a!==", 1), ("aGk=aGk=", 4), ("aG\\nk=", nil),
        ] as [(String, Int?)]
    )
    func `the bytes of a Secret must be base64`(data: String, offset: Int?) throws {
        let secret = GroupVersionKind(group: "", version: "v1", kind: "Secret")
        let read = try read(#"{"data":{"k":"\#(data)"}}"#, kind: secret)
        #expect(read.problem == offset.map { "illegal base64 data at input byte \($0)" })
    }

    @Test func `a custom resource is pruned by its own schema`() throws {
        let schema = TypeSchema(
            customResource: try JSON.parse(
                #"{"type":"object","properties":{"spec":{"type":"object","properties":{"a":"#
                    + #"{"type":"string"},"free":{"type":"object","#
                    + #""x-kubernetes-preserve-unknown-fields":true}}}}}"#
            )
        )
        let object = try JSON.parse(
            #"{"apiVersion":"x/v1","metadata":{"name":"n"},"spec":{"a":"1","b":2,"free":{"c":3}}}"#
        )
        let read = FieldValidation(object, schema: schema)
        #expect(read.unknownFields == ["spec.b"])
        #expect(read.object.spec == ["a": "1", "free": ["c": 3]])
        let open = FieldValidation(object, schema: TypeSchema(customResource: nil))
        #expect(open.object == object)
        #expect(FieldValidation(object, schema: nil).unknownFields.isEmpty)
    }
}
