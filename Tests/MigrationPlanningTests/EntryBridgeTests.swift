import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// Bridges that lead to the other site's entry.
@Suite struct EntryBridgeTests {
    @Test func `an entry is an address, and knows names by their first word alone`() throws {
        var estate = EstateFixture(namespaces: ["pay", "shop"])
        estate.addWorkload("orders", in: "pay")
        estate.addWorkload("orders", in: "shop")
        estate.file.bridgeRule = BridgeRule(
            mode: .entry,
            entries: [.source: "https://entry.example", .target: "http://10.9.0.1"]
        )
        estate.source.services[1].ports.append(ServicePort(name: "admin", port: 81))
        let problems = estate.problems().joined(separator: "\n")
        #expect(problems.contains("https://entry.example is no plain HTTP URL with an address"))
        #expect(problems.contains("callers of pay/orders write the same host, orders"))
        #expect(problems.contains("one port for all names, and it has 2"))
    }

    @Test
    func `an entry leads to pods while they are there, for who keeps a connection to it`() throws {
        var estate = EstateFixture.bridged
        estate.file.bridgeRule = BridgeRule(
            mode: .entry,
            entries: [.source: "http://10.9.0.1", .target: "http://10.9.0.2"]
        )
        let steps = try estate.plan().steps
        func place(_ id: String) throws -> Int {
            try #require(steps.firstIndex { $0.id.text == id })
        }
        let toPods = try place("names/shop/orders/entry-to-pods-at-target")
        #expect(try place("workloads/shop/orders/scale-up") < toPods)
        #expect(try toPods < place("names/shop/orders/bridge-at-source"))
        let toName = try place("names/shop/orders/entry-to-name-at-source")
        #expect(try place("names/shop/orders/unselect-at-source") < toName)
        #expect(try toName < place("workloads/shop/orders/source-to-zero"))
        // It forgets names only when who has kept a connection has had time to end it, either way.
        let wait = Condition.settled(milliseconds: 60_000)
        let forgets = try place("names/shop/orders/local-at-target")
        let settled = steps[try place("foundation/settled")]
        #expect(settled.gatesBack == [wait] && settled.after.contains(steps[forgets].id))
        let ended = steps[try place("finish/source/connections")]
        #expect(ended.gates == [wait])
        let unbridged = steps[try place("finish/names/shop/orders/unbridge-at-source")]
        #expect(unbridged.after.contains(ended.id))
        // What leads to an entry leads nowhere else, so nothing has to be looked at anew.
        #expect(!steps.contains { $0.id.text.contains("/refresh-at-") })
    }
}
