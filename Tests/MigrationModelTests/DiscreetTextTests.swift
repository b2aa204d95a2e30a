import MigrationModel
import Testing

/// What of somebody's words may stand in a journal.
@Suite struct DiscreetTextTests {
    @Test(arguments: [
        ("orders answer well", "orders answer well"),
        ("tries key 3 of 5", "tries key 3 of 5"),
        ("password=hunter2 for ada", "(the rest is not shown)"),
        ("sent Authorization: Bearer abc", "sent (the rest is not shown)"),
        ("got eyJhbGciOiJIUzI1NiJ9 back", "got (not shown) back"),
        ("one two three four", "one two three four"),
    ])
    func `what may open something is left out`(line: String, shown: String) {
        #expect(line.discreet(to: 40) == shown)
    }

    @Test func `what is long is cut`() {
        #expect(String(repeating: "so ", count: 9).discreet(to: 5) == "so so…")
    }
}
