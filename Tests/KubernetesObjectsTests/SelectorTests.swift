import JSONValues
import KubernetesObjects
import Testing

/// The tables of `k8s.io/apimachinery/pkg/labels` and `pkg/fields`, and cases of our own.
struct SelectorTests {
    @Test(arguments: [
        "x=a,y=b,z=c", "", "x!=a,y=b", "x=", "x= ", "x=,z= ", "x= ,z= ", "!x", "x>1", "x>1,z<5",
    ])
    func `a good label query is read and written again`(query: String) throws {
        let selector = try LabelSelector(parsing: query)
        #expect(selector.description == query.filter { $0 != " " })
    }

    @Test(arguments: [
        ("x=a=y=b", "found '=', expected: ',' or 'end of string'"),
        ("x==a==b", "found '==', expected: ',' or 'end of string'"),
        ("!x=a", "found '=', expected: ',' or 'end of string'"),
        (
            "x<a",
            "unable to parse requirement: values[0]: Invalid value: \"a\": "
                + "for 'Gt', 'Lt' operators, the value must be an integer"
        ),
        ("x=a,", "found '', expected: identifier after ','"),
        ("=a", "found '=', expected: !, identifier, or 'end of string'"),
        ("x in a", "unable to parse requirement: found 'a' expected: '('"),
        ("x a", "unable to parse requirement: found 'a', expected: in, notin, =, ==, !=, gt, lt"),
        ("x in (a b)", "unable to parse requirement: found 'b', expected: ',' or ')'"),
    ])
    func `a bad label query says what was found and what was expected`(
        query: String,
        message: String
    ) {
        #expect(throws: SelectorError(message)) { try LabelSelector(parsing: query) }
    }

    @Test(
        arguments: [
            ("", ["x": "y"], true), ("x=y", ["x": "y"], true),
            ("x=y,z=w", ["x": "y", "z": "w"], true), ("x!=y,z!=w", ["x": "z", "z": "a"], true),
            ("notin=in", ["notin": "in"], true), ("x", ["x": "z"], true), ("!x", ["y": "z"], true),
            ("x>1", ["x": "2"], true), ("x<1", ["x": "0"], true), ("x=z", [:], false),
            ("x=y", ["x": "z"], false), ("x=y,z=w", ["x": "w", "z": "w"], false),
            ("x!=y,z!=w", ["x": "z", "z": "w"], false), ("x", ["y": "z"], false),
            ("!x", ["x": "z"], false), ("x>1", ["x": "0"], false), ("x<1", ["x": "2"], false),
            ("foo=bar,foobar=bar,baz=blah", ["foo": "bar", "baz": "blah"], false),
            ("x in (a,b)", ["x": "b"], true), ("x notin (a,b)", ["x": "b"], false),
            ("x notin (a,b)", [:], true), ("x in ()", ["x": ""], true),
            ("x in (a,,c)", ["x": ""], true), ("x in (,)", ["x": "a"], false),
            ("x in (in, notin)", ["x": "notin"], true), ("x==y", ["x": "y"], true),
            ("in in (in)", ["in": "in"], true),
        ] as [(String, [String: String], Bool)]
    )
    func `labels match as on a real server`(
        query: String,
        labels: [String: String],
        matches: Bool
    ) throws {
        #expect(try LabelSelector(parsing: query).matches(labels) == matches)
    }

    @Test func `a selector object is read, and absent means nothing`() throws {
        let object: JSON = [
            "matchLabels": ["app": "cart"],
            "matchExpressions": [
                ["key": "tier", "operator": "In", "values": ["b", "a"]],
                ["key": "canary", "operator": "DoesNotExist"],
            ],
        ]
        let selector = try LabelSelector(object: object)
        #expect(selector.description == "app=cart,!canary,tier in (a,b)")
        #expect(selector.matches(["app": "cart", "tier": "a"]))
        #expect(!selector.matches(["app": "cart", "tier": "a", "canary": ""]))
        #expect(try !LabelSelector(object: nil).matches([:] as [String: String]))
        #expect(try LabelSelector(object: [:]).matches(["any": "thing"]))
        let wrong: JSON = ["matchExpressions": [["key": "a", "operator": "Is"]]]
        #expect(throws: SelectorError("\"Is\" is not a valid label selector operator")) {
            try LabelSelector(object: wrong)
        }
    }

    @Test(arguments: [
        ("metadata.name=a", true), ("metadata.name==a", true), ("metadata.name!=a", false),
        ("metadata.name=a,spec.nodeName!=node-1", false), ("spec.nodeName=node-1", true),
        ("", true), ("spec.unschedulable=false", true), ("metadata.namespace=", true),
        ("status.successful!=3", true),
    ])
    func `fields match as on a real server`(query: String, matches: Bool) throws {
        let object: JSON = ["metadata": ["name": "a"], "spec": ["nodeName": "node-1"]]
        #expect(try FieldSelector(parsing: query).matches(object) == matches)
    }

    @Test(arguments: [
        ("a=x\\,y\\=z\\\\", "a=x\\,y\\=z\\\\"), ("b=1,a=2", "a=2,b=1"), ("a==2", "a=2"),
        ("a=", "a="), (",a=1,", "a=1"),
    ])
    func `a field query is written in one form`(query: String, text: String) throws {
        #expect(try FieldSelector(parsing: query).description == text)
    }

    @Test(arguments: [
        ("a", "invalid selector: 'a'; can't understand 'a'"),
        ("a=1=2", "invalid field selector: unescaped character in value: 61"),
        ("a=\\x", "invalid field selector: invalid escape sequence: \\x"),
        ("a=x\\", "invalid field selector: invalid escape sequence: \\"),
    ])
    func `a bad field query says why`(query: String, message: String) {
        #expect(throws: SelectorError(message)) { try FieldSelector(parsing: query) }
    }

    @Test func `a field that a kind does not know is named`() throws {
        let selector = try FieldSelector(parsing: "metadata.name=a,spec.color=red")
        #expect(selector.unsupportedField(supported: ["metadata.name"]) == "spec.color")
    }
}
