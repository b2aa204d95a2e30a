import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Testing

@Suite struct ClientListTests {
    private static func page(_ names: [String], next: String? = nil) -> ScriptedServer.Answer {
        var list: JSON = [
            "kind": "ConfigMapList", "apiVersion": "v1", "metadata": ["resourceVersion": "7"],
            "items": .array(names.map { ["metadata": ["name": .string($0)]] }),
        ]
        if let next { list.set(.string(next), at: "metadata", "continue") }
        return .json(list)
    }

    @Test func `pages are followed and later ones name no version`() async throws {
        let server = ScriptedServer(
            ClientListTests.page(["a", "b"], next: "t/1=="),
            ClientListTests.page(["c"])
        )
        let list = try await client(server).list(
            Kinds.configMap,
            namespace: "n",
            options: ListOptions(
                labels: try LabelSelector(parsing: "app=x"),
                fields: .named("a"),
                pageSize: 2,
                resourceVersion: "0"
            )
        )
        #expect(list.items.map(\.name) == ["a", "b", "c"])
        #expect(list.items.allSatisfy { $0.kind == "ConfigMap" && $0.apiVersion == "v1" })
        #expect(list.resourceVersion == "7")
        let selection = "labelSelector=app%3Dx&fieldSelector=metadata.name%3Da"
        let path = "/api/v1/namespaces/n/configmaps?\(selection)&limit=2"
        #expect(
            server.targets == [
                "\(path)&resourceVersion=0", "\(path)&continue=t%2F1%3D%3D",
            ]
        )
    }

    @Test func `pages of large objects hold fewer of them`() async throws {
        let large = JSON.string(String(repeating: "x", count: 16 << 20))
        var page = JSON.emptyObject
        page["metadata"] = ["continue": "t"]
        page["items"] = [["metadata": ["name": "a"], "data": ["text": large]]]
        let small = ClientListTests.page(["b"], next: "u")
        let server = ScriptedServer(.json(page), small, ClientListTests.page(["c"]))
        let list = try await client(server).list(Kinds.configMap)
        #expect(list.items.map(\.name) == ["a", "b", "c"])
        let limits = server.targets.compactMap { target in
            target.split { "?&".contains($0) }.first { $0.hasPrefix("limit=") }?.dropFirst(6)
        }
        #expect(limits == ["100", "49", "196"])
    }

    @Test func `a token that expired begins the list again`() async throws {
        let server = ScriptedServer(
            ClientListTests.page(["a"], next: "t"),
            .refusal(410, "Expired"),
            ClientListTests.page(["b"], next: "u"),
            ClientListTests.page(["c"])
        )
        let list = try await client(server).list(Kinds.configMap)
        #expect(list.items.map(\.name) == ["b", "c"])
    }

    @Test func `a list that expires again and again is read in one piece in the end`() async throws
    {
        let server = ScriptedServer { request, _ in
            if request.target.contains("continue=") { return .refusal(410, "Expired") }
            return request.target.contains("limit=")
                ? ClientListTests.page(["a"], next: "t") : ClientListTests.page(["a", "b"])
        }
        let list = try await client(server).list(Kinds.configMap)
        #expect(list.items.count == 2)
        #expect(server.requests.count == 7)
    }

    @Test func `a first page that expired is an error`() async {
        let server = ScriptedServer(.refusal(410, "Expired"))
        let error = await failure { () throws(KubernetesError) in
            try await client(server).list(Kinds.configMap)
        }
        #expect(error?.isExpired == true)
        #expect(server.requests.count == 1)
    }

    @Test func `a list without an end is given up`() async {
        let stuck = ScriptedServer(ClientListTests.page(["a"], next: "same"))
        let error = await failure { () throws(KubernetesError) in
            try await client(stuck).list(Kinds.configMap)
        }
        #expect(error?.description.contains("the list does not advance") == true)
        #expect(stuck.requests.count == 2)
        let endless = ScriptedServer { _, index in ClientListTests.page([], next: "\(index)") }
        let bounded = await failure { () throws(KubernetesError) in
            try await client(endless).list(Kinds.configMap)
        }
        #expect(bounded?.description.contains("more than 10000 pages") == true)
        #expect(endless.requests.count == 10_000)
    }

    @Test func `null is an empty list and no list is an error`() async throws {
        let empty = ScriptedServer(.json(["items": nil, "metadata": ["resourceVersion": "1"]]))
        #expect(try await client(empty).list(Kinds.configMap).items.isEmpty)
        let none = ScriptedServer(.json(["kind": "ConfigMap"]))
        let error = await failure { () throws(KubernetesError) in
            try await client(none).list(Kinds.configMap)
        }
        #expect(error?.description.hasSuffix("the answer is no list: it has no items") == true)
    }

    @Test func `an object that is not there is nil and another error is one`() async throws {
        let absent = ScriptedServer(.refusal(404, "NotFound"))
        #expect(try await client(absent).find(Kinds.configMap, namespace: "n", name: "a") == nil)
        let denied = ScriptedServer(.refusal(403, "Forbidden"))
        let error = await failure { () throws(KubernetesError) in
            try await client(denied).find(Kinds.configMap, namespace: "n", name: "a")
        }
        #expect(error?.isForbidden == true)
    }
}
