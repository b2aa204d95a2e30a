import JSONValues
import Testing
import YAMLDocuments

@Suite struct YAMLWritingTests {
    @Test func `a manifest is written as kubectl writes it`() {
        let value: JSON = [
            "kind": "ConfigMap", "apiVersion": "v1",
            "metadata": ["name": "a", "labels": ["app.kubernetes.io/name": "a b", "on": "yes"]],
            "data": ["port": "80", "script": "set -e\nrun --all\n", "last": "a\nb", "empty": ""],
            "list": [1, [true, nil], ["x": 1, "y": []], [:]],
        ]
        #expect(
            YAMLDocuments.text(value) == """
                apiVersion: v1
                data:
                  empty: ""
                  last: |-
                    a
                    b
                  port: "80"
                  script: |
                    set -e
                    run --all
                kind: ConfigMap
                list:
                - 1
                - - true
                  - null
                - x: 1
                  "y": []
                - {}
                metadata:
                  labels:
                    app.kubernetes.io/name: a b
                    "on": "yes"
                  name: a

                """
        )
    }

    /// Texts that some reader of YAML could take for something else, or that a style cannot hold.
    static let traps = [
        "", " ", "a ", " a", "~", "null", "y", "No", "1", "01", "0x1", "1e3", ".5", "-", "- a", "?",
        "? a",
        ":", "a:", "a: b", "a :b", "a #b", "#a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a",
        "'a'", "\"a\"",
        "[a]", "{a}", "a, b", "<<", "=", "---", "...", "--- a", "2026-11-21", "12:30:45", "a\\b",
        "a/b",
        "é", "日本", "😀", "\u{FEFF}a", "a\u{FEFF}", "\u{85}", "\u{2028}x", "a\u{2029}\nb", "\u{7F}",
        "\u{1}", "\t",
        "a\tb", "\n", "\n\n", "a\n", "a\n\n", "a\n\n\n", "\na", " a\nb", "\ta\nb", "a\n b",
        "a\n  \nb",
        "a\n  ", "a\n\t\n", "a\r\nb", "a\n---\nb", "a\n...\n", "#a\nb\n", "a\n# b", "\u{FFFE}",
        "\u{FFFF}",
        "a\u{A0}b", "\r", "a\0b", "true", "True", "off", "/", "/a:b", "a=b==", "a*b", "0.0.0.0",
        "1_0", "+1",
    ]

    @Test(arguments: traps)
    func `what is written reads back as the same value`(text: String) throws {
        let long = String(repeating: "k", count: 2_000)
        let values: [JSON] = [
            .string(text), [.string(text)], .object([text: .string(text)]),
            .object([long + text: [[.string(text), .object(["a": [.string(text)]])]]]),
        ]
        for value in values {
            let written = YAMLDocuments.text(value)
            #expect(
                try YAMLDocuments.parse(written).map(\.json) == [value],
                "written as:\n\(written)"
            )
        }
    }

    @Test func `several documents read back as several`() throws {
        let values: [JSON] = [["a": 1], ["b": "---\n"], [1, 2]]
        let written = YAMLDocuments.text(documents: values)
        #expect(try YAMLDocuments.parse(written).map(\.json) == values)
    }
}
