import Clocks
import EmbeddedAPI
import HTTPTransport
import JSONValues
import KubernetesObjects
import Testing

/// A cluster with its own clock and uids that count up, and short ways to ask it things.
struct TestCluster {
    let time = ManualTime()
    let cluster: EmbeddedCluster

    init(_ configure: (inout ClusterConfiguration) -> Void = { _ in }) {
        var configuration = ClusterConfiguration()
        configure(&configuration)
        cluster = EmbeddedCluster(
            configuration: configuration,
            time: time,
            identifiers: CountedIdentifiers().next,
            seed: 7
        )
    }

    /// One answer, read to its end.
    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let body: JSON

        var message: String { body["message"]?.string ?? "" }
        var reason: String { body["reason"]?.string ?? "" }
    }

    @discardableResult
    func send(
        _ method: String,
        _ target: String,
        _ body: JSON? = nil,
        type: String = "application/json",
        headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        var fields = headers
        if body != nil { fields.add("Content-Type", type) }
        if fields["User-Agent"] == nil { fields.add("User-Agent", "tester/1.0") }
        let response = await cluster.respond(
            to: HTTPRequest(
                method: method,
                target: target,
                headers: fields,
                body: body?.encoded() ?? []
            )
        )
        let bytes = try await response.body.collect(sizeMax: 100_000_000)
        return Answer(
            status: response.status,
            headers: response.headers,
            body: bytes.isEmpty ? .null : try JSON.parse(bytes)
        )
    }

    /// The lines of a watch, read until `count` have come.
    func watchLines(_ target: String, count: Int) async throws -> [JSON] {
        let response = await cluster.respond(to: HTTPRequest(method: "GET", target: target))
        guard case .stream(let chunks) = response.body else {
            Issue.record("a watch answered without a stream: \(response.status)")
            return []
        }
        var lines: [JSON] = []
        for try await chunk in chunks {
            for line in chunk.split(separator: 0x0A) { lines.append(try JSON.parse(Array(line))) }
            if lines.count >= count { break }
        }
        return lines
    }
}

/// A ConfigMap, the simplest of objects.
func configMap(_ name: String, _ data: [String: String] = [:]) -> JSON {
    var object: JSON = [
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": ["name": .string(name), "namespace": "default"],
    ]
    if !data.isEmpty { object["data"] = JSON(stringMap: data) }
    return object
}
