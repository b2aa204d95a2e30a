import JSONValues
import Testing

/// Members behave as a dictionary does, whatever is done to them, and stand in the order of their keys.
struct JSONMembersTests {
    @Test(arguments: [4, 12, 13, 200])
    func `they agree with a dictionary after each of a thousand changes`(keysMax: Int) {
        var random = Draws(seed: UInt64(keysMax))
        var dictionary: [String: JSON] = [:]
        var members = JSONMembers()
        for change in 0..<1_000 {
            let key = "key-\(random.below(keysMax))"
            switch random.below(4) {
            case 0:
                #expect(members.removeValue(forKey: key) == dictionary.removeValue(forKey: key))
            case 1:
                members[key, default: .emptyObject]["count"] = .int(change)
                dictionary[key, default: .emptyObject]["count"] = .int(change)
            default:
                let value: JSON = ["count": .int(change)]
                #expect(
                    members.updateValue(value, forKey: key)
                        == dictionary.updateValue(value, forKey: key)
                )
            }
            #expect(members[key] == dictionary[key])
            #expect(members["absent"] == nil)
            #expect(members.keys == dictionary.keys.sorted())
        }
        #expect(members == JSONMembers(dictionary.map { $0 }))
        #expect(members.hashValue == JSONMembers(dictionary.map { $0 }).hashValue)
    }

    @Test func `what is made of them agrees with what is made of a dictionary`() {
        let dictionary: [String: JSON] = ["b": 2, "a": 1, "c": .null]
        let members = JSONMembers(dictionary.map { $0 })
        #expect(members.values == [1, 2, .null])
        #expect(members.filter { !$0.value.isNull } == ["a": 1, "b": 2])
        #expect(members.compactMapValues(\.int) == dictionary.compactMapValues(\.int))
        #expect(
            members.compactMapValues { $0.isNull ? nil : [$0] } as JSONMembers == [
                "a": [1], "b": [2],
            ]
        )
        #expect(members.mapValues { [$0] } as JSONMembers == ["a": [1], "b": [2], "c": [.null]])
        let merged = members.merging(["c": 3, "a": 7]) { first, other in
            first == .null ? other : first
        }
        #expect(merged == ["a": 1, "b": 2, "c": 3])
    }

    @Test(arguments: [3, 13, 5_000])
    func `keys in any order are read, and of two the last one counts`(count: Int) throws {
        var random = Draws(seed: 7)
        var keys = (0..<count).map { "k\($0)" }
        keys.shuffle(using: &random)
        let twice = keys[count / 2]
        let texts = keys.map { "\"\($0)\": 1" } + ["\"\(twice)\": 2"]
        var duplicates: [String] = []
        let object = try JSON.parse(
            Array("{\(texts.joined(separator: ","))}".utf8),
            duplicates: &duplicates
        )
        #expect(duplicates == [twice])
        #expect(object.object?.keys == keys.sorted())
        #expect(object[twice] == 2)
        #expect(object[keys[0]] == (twice == keys[0] ? 2 : 1))
    }
}

/// Draws that are the same each time.
private struct Draws: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
