import JSONValues
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        #"{"a":[1,2.50,1e3,-0,12345678901234567890],"b":null,"c":true,"d":"/é\n\u0001"}"#, "[]",
        "{}",
        #""""#, "[[],{}]",
    ])
    func `what is written equals what was read`(text: String) throws {
        #expect(try JSON.parse(text).text() == text)
    }

    @Test func `a lone surrogate becomes the replacement character and a pair one character`()
        throws
    {
        #expect(try JSON.parse(#""\ud83d\ude00 \ud83d""#).string == "😀 \u{FFFD}")
    }

    @Test(arguments: [
        ("", 0), ("[1,]", 3), ("{\"a\" 1}", 5), ("01", 2), ("nul", 0), ("\"\\x\"", 3), ("[1] 2", 4),
        ("\"a", 2), ("1.", 2), ("{\"a\":1,}", 7),
    ])
    func `a broken text is refused at its byte`(text: String, offset: Int) {
        #expect { try JSON.parse(text) } throws: { ($0 as? JSONParseError)?.offset == offset }
    }

    @Test func `nesting beyond the limit is refused`() {
        let text = String(repeating: "[", count: 600) + String(repeating: "]", count: 600)
        #expect(throws: JSONParseError.self) { try JSON.parse(text) }
    }

    @Test func `a duplicate key is refused when asked and else the last one wins`() throws {
        let text = #"{"a":1,"a":2}"#
        #expect(try JSON.parse(text)["a"] == 2)
        #expect(throws: JSONParseError.self) {
            try JSON.parse(text, limits: .init(refusesDuplicateKeys: true))
        }
    }

    @Test func `setting below a path makes the objects on the way and removing leaves the rest`() {
        var value: JSON = ["metadata": ["name": "orders"]]
        value.set("x", at: "metadata", "labels", "app")
        #expect(value.at("metadata", "labels", "app") == "x")
        value.remove(at: "metadata", "labels", "app")
        #expect(value == ["metadata": ["name": "orders", "labels": [:]]])
        value.remove(at: "spec", "none")
        #expect(value["spec"] == nil)
    }
}
