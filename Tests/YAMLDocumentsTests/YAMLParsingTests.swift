import JSONValues
import Testing
import YAMLDocuments

@Suite struct YAMLParsingTests {
    @Test(arguments: [
        ("yes", "true"), ("On", "true"), ("y", "true"), ("off", "false"), ("N", "false"),
        ("truE", #""truE""#), ("~", "null"), ("", "null"), ("Null", "null"), ("1.10", "1.10"),
        ("1e3", "1e3"), ("12345678901234567890123", "12345678901234567890123"), ("+7", "7"),
        ("017", "15"), ("08", "8"), ("0o17", "15"), ("0x1F", "31"), ("-0x1f", "-31"),
        ("0b101", "5"), ("1_000", "1000"), (".5", "0.5"), ("1.", "1"), ("-.5e+3", "-0.5e+3"),
        ("1.2.3", #""1.2.3""#), ("0x", #""0x""#), ("1e", #""1e""#), ("-", #"[null]"#),
        ("2026-11-21", #""2026-11-21""#), ("100m", #""100m""#), ("'1'", #""1""#),
        (#""yes""#, #""yes""#), ("!!str 1", #""1""#), ("!!int 1", "1"), ("! 1", #""1""#),
        ("12:30", #""12:30""#), ("._5", #""._5""#),
    ])
    func `a scalar is what kubectl takes it for`(text: String, json: String) throws {
        let documents = try YAMLDocuments.parse("value: \(text == "-" ? "[~]" : text)\n")
        #expect(documents.first?["value"]?.json.text() == json)
    }

    @Test func `every value knows its line and column`() throws {
        let text = """
            # A comment.
            metadata:
              name: orders
              ports:
              - 80
              - {name: "é", port: 81}
            """
        let root = try #require(try YAMLDocuments.parse(text).first)
        #expect(root.place == YAMLPlace(line: 2, column: 1))
        #expect(root["metadata"]?["name"]?.place == YAMLPlace(line: 3, column: 9))
        #expect(root["metadata"]?.members?.last?.keyPlace == YAMLPlace(line: 4, column: 3))
        #expect(root["metadata"]?["ports"]?[0]?.place == YAMLPlace(line: 5, column: 5))
        #expect(root["metadata"]?["ports"]?[1]?["port"]?.place == YAMLPlace(line: 6, column: 23))
    }

    @Test func `a stream gives its documents and passes over the empty ones`() throws {
        let text = "---\n---\na: 1\n---\n# nothing\n---\n{\"b\": [1, 2.50]}\n...\n"
        #expect(
            try YAMLDocuments.parse(text).map { $0.json.text() } == [
                #"{"a":1}"#, #"{"b":[1,2.50]}"#,
            ]
        )
        #expect(try YAMLDocuments.parse("").isEmpty)
        #expect(try YAMLDocuments.parse("# only a comment\n").isEmpty)
        #expect(try YAMLDocuments.parse("~").map(\.json) == [.null])
    }

    @Test func `JSON with tabs and escapes is YAML`() throws {
        let text = "{\n\t\"a\": \"x\\u00e9\\n\",\n\t\"b\": [true, null, -0.0]\n}\n"
        #expect(try YAMLDocuments.parse(text).first?.json == (try JSON.parse(text)))
    }

    @Test func `anchors, aliases and merge keys are followed`() throws {
        let text = """
            defaults: &defaults {image: a, tag: &tag 1}
            other: &other {image: b, extra: true}
            one: {<<: *defaults, tag: 2}
            two: {<<: [*defaults, *other], same: *tag}
            quoted: {"<<": 1}
            """
        let root = try #require(try YAMLDocuments.parse(text).first?.json)
        #expect(root["one"] == ["image": "a", "tag": 2])
        #expect(root["two"] == ["image": "a", "tag": 1, "extra": true, "same": 1])
        #expect(root["quoted"] == ["<<": 1])
    }

    @Test func `keys that are no strings become strings`() throws {
        let root = try YAMLDocuments.parse("1: a\ntrue: b\n1.5: c\n").first?.json
        #expect(root == ["1": "a", "true": "b", "1.5": "c"])
    }

    @Test(arguments: [
        (
            "a: 1\nb:\n  x: 1\n  y: 2\n  x: 3\n",
            "f.yaml:5:3: the key \"x\" stands twice; first at 3:3"
        ),
        ("1: a\n\"1\": b", "f.yaml:2:1: the key \"1\" stands twice; first at 1:1"),
        ("a: *b", "f.yaml:1:4: no anchor &b stands before *b"),
        ("a: &a\n  b: *a", "f.yaml:2:6: the alias *a stands inside &a"),
        ("a: .inf", "f.yaml:1:4: .inf is a number that JSON cannot hold; quote it to mean text"),
        (
            "a: 0x10000000000000000",
            "f.yaml:1:4: the number does not fit into 64 bits; quote it to mean text"
        ),
        (
            "a: !!binary aGk=",
            "f.yaml:1:4: the tag tag:yaml.org,2002:binary does not fit the value, or is not known"
        ),
        ("a: !mine {}", "f.yaml:1:4: the tag !mine does not fit the value, or is not known"),
        (
            "a: !!int x",
            "f.yaml:1:4: the tag tag:yaml.org,2002:int does not fit the value, or is not known"
        ),
        ("? [1]\n: b", "f.yaml:1:3: a key may not be a list"),
        ("~: b", "f.yaml:1:1: a key may not be null"),
        ("<<: 1", "f.yaml:1:5: << takes a mapping or a list of mappings"),
        (
            "a: [1, 2",
            "f.yaml:2:1: did not find expected ',' or ']' (while parsing a flow sequence that begins at 1:4)"
        ),
        ("a: 1\n b: 2", "f.yaml:2:3: mapping values are not allowed in this context"),
        (
            "a:\n\t- 1",
            "f.yaml:2:1: found character that cannot start any token (while scanning for the next token that begins at 2:1)"
        ),
    ])
    func `a mistake is named with its place`(text: String, message: String) {
        #expect { try YAMLDocuments.parse(text, file: "f.yaml") } throws: { error in
            #expect("\(error)" == message)
            return true
        }
    }

    @Test func `bytes that are no UTF-8 are named with their place`() {
        #expect { try YAMLDocuments.parse(Array("a: 1\nb: é".utf8) + [0xFF], file: "f") } throws: {
            "\($0)" == "f:2:5: invalid leading UTF-8 octet"
        }
        #expect { try YAMLDocuments.parse("a: \u{1}") } throws: {
            "\($0)" == "1:4: control characters are not allowed"
        }
    }

    @Test(arguments: [false, true])
    func `an alias bomb is refused before it goes off, in a key too`(isKey: Bool) {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        if isKey { text += "? [*a5, *a5]\n: x\n" }
        #expect { try YAMLDocuments.parse(text) } throws: {
            "\($0)".contains("more than 1000000 values when its aliases are followed")
        }
    }

    @Test func `depth and size are bounded, also through aliases`() {
        let deep = String(repeating: "[", count: 101) + String(repeating: "]", count: 101)
        #expect { try YAMLDocuments.parse(deep) } throws: {
            "\($0)" == "1:101: nested deeper than 100 levels"
        }
        let hostile = String(repeating: "[", count: 100_000)
        #expect(throws: YAMLError.self) { try YAMLDocuments.parse(hostile) }
        #expect(throws: YAMLError.self) {
            try YAMLDocuments.parse(hostile, limits: YAMLLimits(depthMax: 1_000_000))
        }
        let aliased = "a: &a [[[[x]]]]\nb: [[[*a]]]\n"
        #expect { try YAMLDocuments.parse(aliased, limits: YAMLLimits(depthMax: 6)) } throws: {
            "\($0)" == "2:7: with *a the text nests deeper than 6 levels"
        }
        #expect { try YAMLDocuments.parse("abc", limits: YAMLLimits(sizeMax: 2)) } throws: {
            "\($0)" == "1:1: the text has 3 bytes; more than 2 are refused"
        }
    }

    @Test func `no truncation and no flipped bit of a document traps`() throws {
        let text = Array(
            """
            a: &x {b: [1, 'two', "th\\u00e9"], c: |-
                line
              }
            ---
            ? k
            : !!str 1 # comment
            <<: *x
            """.utf8
        )
        var refused = 0
        for index in text.indices {
            for bit in 0..<8 {
                var bytes = text
                bytes[index] ^= 1 << bit
                if !isReadable(bytes) { refused += 1 }
            }
            if !isReadable(Array(text[..<index])) { refused += 1 }
        }
        #expect(refused > 100)
    }

    private func isReadable(_ bytes: [UInt8]) -> Bool {
        (try? YAMLDocuments.parse(bytes)) != nil
    }
}
