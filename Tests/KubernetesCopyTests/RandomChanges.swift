import JSONValues
import KubernetesAPI
import KubernetesObjects

/// Creates, changes and deletes objects of four kinds by a seed.
struct RandomChanges {
    static let objectsMax = 40
    private static let words = ["configmaps", "secrets", "services", "deployments"]

    private var state: UInt64
    private var present: Set<Int> = []

    init(seed: UInt64) { state = seed }

    mutating func make(at client: KubernetesClient) async throws {
        let index = draw(below: RandomChanges.objectsMax)
        let name = "object-\(index)"
        let word = RandomChanges.words[index % RandomChanges.words.count]
        guard let kind = try await client.discovery().kind(named: word) else { return }
        if present.insert(index).inserted {
            var object = content(of: word, name)
            object["apiVersion"] = .string(kind.apiVersion)
            object["kind"] = .string(kind.kind)
            object["metadata"] = ["name": .string(name), "namespace": "shop"]
            _ = try await client.create(kind, object)
        } else if draw(below: 5) == 0 {
            _ = try await client.delete(
                kind,
                namespace: "shop",
                name: name,
                options: DeleteOptions(propagation: .background)
            )
            present.remove(index)
        } else {
            let change = content(of: word, name)
            _ = try await client.patch(kind, namespace: "shop", name: name, .merge(change))
        }
    }

    /// What may be in an object of a kind, and may be changed in it.
    private mutating func content(of word: String, _ name: String) -> JSON {
        let number = draw(below: 1_000)
        let text = JSON.string("\(number)")
        switch word {
        case "configmaps": return ["data": ["key-\(draw(below: 3))": text]]
        case "secrets": return ["stringData": ["key-\(draw(below: 3))": text]]
        case "services":
            let port: JSON = ["port": .int(number + 1), "protocol": "TCP"]
            return ["spec": ["selector": ["app": .string(name)], "ports": [port]]]
        default:
            let labels: JSON = ["app": .string(name)]
            let container: JSON = ["name": "a", "image": .string("a:\(number)")]
            return [
                "spec": [
                    "replicas": .int(number % 4), "selector": ["matchLabels": labels],
                    "template": [
                        "metadata": ["labels": labels], "spec": ["containers": [container]],
                    ],
                ]
            ]
        }
    }

    /// SplitMix64.
    private mutating func draw(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
