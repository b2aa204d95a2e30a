import JSONValues
import KubernetesObjects
import Testing

struct PatchTests {
    /// Appendix A of RFC 7386.
    @Test(arguments: [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
        (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, "{}"),
        (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
        (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
        (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
        (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
        (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#),
        (#"{"a":"foo"}"#, "null", "null"),
        (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
        (#"{"e":null}"#, #"{"a":1}"#, #"{"a":1,"e":null}"#),
        ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
        ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
    func `a merge patch applies as the RFC shows`(
        target: String,
        patch: String,
        result: String
    ) throws {
        let merged = JSONMergePatch.apply(try JSON.parse(patch), to: try JSON.parse(target))
        #expect(merged.text() == result)
    }

    /// From the tests of `evanphx/json-patch` and appendix A of RFC 6902.
    @Test(arguments: [
        (
            #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#,
            #"{"baz":"qux","foo":"bar"}"#
        ),
        (
            #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
            #"{"foo":["bar","qux","baz"]}"#
        ),
        (
            #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/-1","value":"qux"}]"#,
            #"{"foo":["bar","baz","qux"]}"#
        ),
        (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
        (
            #"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#,
            #"{"foo":["bar","baz"]}"#
        ),
        (
            #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#,
            #"{"baz":"boo","foo":"bar"}"#
        ),
        (
            #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
            #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
            #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
        ),
        (
            #"{"foo":["all","grass","cows","eat"]}"#,
            #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
            #"{"foo":["all","cows","eat","grass"]}"#
        ),
        (
            #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
            #"{"child":{"grandchild":{}},"foo":"bar"}"#
        ),
        (
            #"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
            #"{"foo":["bar",["abc","def"]]}"#
        ),
        (
            #"{"foo":"bar","qux":{"baz":1,"bar":null}}"#, #"[{"op":"remove","path":"/qux/bar"}]"#,
            #"{"foo":"bar","qux":{"baz":1}}"#
        ),
        (
            #"{"foo":{"bar":"baz"}}"#, #"[{"op":"copy","from":"/foo","path":"/baz"}]"#,
            #"{"baz":{"bar":"baz"},"foo":{"bar":"baz"}}"#
        ),
        (
            #"{"a":{"b~":1,"c/d":2}}"#,
            #"[{"op":"test","path":"/a/b~0","value":1},{"op":"remove","path":"/a/c~1d"}]"#,
            #"{"a":{"b~":1}}"#
        ),
        (#"{"a":1}"#, #"[{"op":"replace","path":"","value":{"b":2}}]"#, #"{"b":2}"#),
        (#"{"a":1}"#, #"[{"op":"replace","path":"/b","value":2}]"#, #"{"a":1,"b":2}"#),
        (#"{"a":1}"#, #"[{"op":"test","path":"/b","value":null}]"#, #"{"a":1}"#),
        (#"{"a":{"":1}}"#, #"[{"op":"replace","path":"/a/","value":2}]"#, #"{"a":{"":2}}"#),
        (
            #"{"m":{"~1":1}}"#, #"[{"op":"remove","path":"/m/~01"}]"#, #"{"m":{}}"#
        ),
    ])
    func `a JSON patch applies as on a server`(
        target: String,
        patch: String,
        result: String
    ) throws {
        let patch = try JSONPatch(document: try JSON.parse(patch))
        #expect(try patch.apply(to: try JSON.parse(target)).text() == result)
    }

    @Test(arguments: [
        (
            #"[{"op":"add","path":"/x/y","value":1}]"#,
            #"add operation does not apply: doc is missing path: "/x/y": missing value"#
        ),
        (
            #"[{"op":"remove","path":"/x"}]"#,
            "error in remove for path: '/x': Unable to remove nonexistent key: x: missing value"
        ),
        (
            #"[{"op":"remove","path":"/x/y"}]"#,
            #"remove operation does not apply: doc is missing path: "/x/y": missing value"#
        ),
        (
            #"[{"op":"replace","path":"/l/5","value":1}]"#,
            "replace operation does not apply: doc is missing key: /l/5: missing value"
        ),
        (
            #"[{"op":"replace","path":"/x/y","value":1}]"#,
            "replace operation does not apply: doc is missing path: /x/y: missing value"
        ),
        (#"[{"op":"test","path":"/a","value":2}]"#, "testing value /a failed: test failed"),
        (
            #"[{"op":"add","path":"/l/9","value":2}]"#,
            "error in add for path: '/l/9': "
                + "Unable to access invalid index: 9: invalid index referenced"
        ),
        (
            #"[{"op":"add","path":"/l/z","value":2}]"#,
            "error in add for path: '/l/z': value was not a proper array index: 'z': "
                + "strconv.Atoi: parsing \"z\": invalid syntax"
        ),
        (
            #"[{"op":"move","from":"/x/y","path":"/a"}]"#,
            "move operation does not apply: doc is missing from path: /x/y: missing value"
        ),
        (
            #"[{"op":"copy","from":"/a","path":"/x/y"}]"#,
            "copy operation does not apply: doc is missing destination path: /x/y: missing value"
        ),
        (#"[{"op":"jump","path":"/a"}]"#, "Unexpected kind: jump"),
        (#"[{"path":"/a"}]"#, "Unexpected kind: unknown"),
        (#"[{"op":"add"}]"#, "add operation failed to decode path: missing value"),
        (
            #"[{"op":"add","path":"a","value":1}]"#,
            #"add operation does not apply: doc is missing path: "a": missing value"#
        ),
    ])
    func `an operation that does not fit is named`(patch: String, message: String) throws {
        let target = try JSON.parse(#"{"a":1,"l":[1,2]}"#)
        let patch = try JSONPatch(document: try JSON.parse(patch))
        #expect(throws: JSONPatch.Failure.inapplicable(message)) { try patch.apply(to: target) }
    }

    @Test func `what is no list of operations is malformed`() {
        #expect(
            throws: JSONPatch.Failure.malformed(
                "json: cannot unmarshal object into Go value of type jsonpatch.Patch"
            )
        ) { try JSONPatch(document: ["op": "add"]) }
    }
}
