import JSONValues
import KubernetesObjects
import Testing

struct FieldSetTests {
    func set(_ text: String) throws -> FieldSet { try FieldSet(json: try JSON.parse(text)) }

    @Test(arguments: [
        "{}", #"{"f:spec":{"f:replicas":{}}}"#,
        #"{"f:metadata":{"f:labels":{".":{},"f:app":{}}}}"#,
        #"{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}}}"#,
        #"{"f:metadata":{"f:finalizers":{"v:\"a/b\"":{}}}}"#, #"{"f:list":{"i:0":{"f:x":{}}}}"#,
        #"{"f:data":{"f:":{},"f:a.b/c":{}}}"#,
    ])
    func `a field set survives reading and writing`(text: String) throws {
        #expect(try set(text).json == (try JSON.parse(text)))
    }

    @Test(arguments: [
        ("[]", "a field set should be an object, not a list"),
        (#"{"f:a":1}"#, "f:a should hold an object, not a number"),
        (#"{"x:a":{}}"#, "unknown path element type: x:a"),
        (#"{"k:[]":{}}"#, "the key k:[] is no object"),
        (#"{"i:x":{}}"#, "the index i:x is no number"),
        (#"{"v:{":{}}"#, "v:{: a key in quotes should stand here at byte 1"),
    ])
    func `a malformed field set is refused`(text: String, message: String) throws {
        let error = #expect(throws: FieldSet.ParseError.self) { try set(text) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        (
            #"{"f:a":{}}"#, #"{"f:a":{"f:b":{}}}"#, #"{"f:a":{".":{},"f:b":{}}}"#, "{}",
            #"{"f:a":{}}"#, #"{"f:a":{}}"#
        ),
        (
            #"{"f:a":{".":{},"f:b":{}},"f:c":{}}"#, #"{"f:a":{}}"#,
            #"{"f:a":{".":{},"f:b":{}},"f:c":{}}"#, #"{"f:a":{}}"#, #"{"f:a":{"f:b":{}},"f:c":{}}"#,
            #"{"f:c":{}}"#
        ),
        (
            #"{"f:a":{"f:b":{},"f:c":{}}}"#, #"{"f:a":{"f:b":{}}}"#,
            #"{"f:a":{"f:b":{},"f:c":{}}}"#,
            #"{"f:a":{"f:b":{}}}"#, #"{"f:a":{"f:c":{}}}"#, #"{"f:a":{"f:c":{}}}"#
        ),
    ])
    func `sets have an algebra`(
        left: String,
        right: String,
        union: String,
        intersection: String,
        difference: String,
        recursive: String
    ) throws {
        let (left, right) = (try set(left), try set(right))
        #expect(left.union(right) == (try set(union)))
        #expect(right.union(left) == (try set(union)))
        #expect(left.intersection(right) == (try set(intersection)))
        #expect(left.difference(right) == (try set(difference)))
        #expect(left.recursiveDifference(right) == (try set(recursive)))
        #expect(left.difference(left).isEmpty)
        #expect(left.intersection(FieldSet()).isEmpty)
    }

    @Test func `paths are printed as conflicts name them, in order`() throws {
        let fields = try set(
            #"{"f:spec":{".":{},"f:ports":{"k:{\"protocol\":\"TCP\",\"port\":443}":{"f:port":{}},"#
                + #""k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{}}}},"#
                + #""f:metadata":{"f:finalizers":{"v:\"b\"":{},"v:\"a\"":{}}}}"#
        )
        #expect(
            fields.paths.map(\.fieldPath) == [
                ".spec", #".metadata.finalizers[="a"]"#, #".metadata.finalizers[="b"]"#,
                #".spec.ports[port=80,protocol="TCP"]"#,
                #".spec.ports[port=443,protocol="TCP"].port"#,
            ]
        )
        #expect(fields.contains([.name("spec")]))
        #expect(!fields.contains([.name("metadata")]))
    }
}
