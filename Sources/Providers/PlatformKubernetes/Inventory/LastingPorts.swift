import JSONValues
import KubernetesObjects

/// Ports of Services whose callers keep connections open, as far as the objects tell.
enum LastingPorts {
    /// Protocols of which a connection serves many requests, or lasts until somebody ends it; by the names
    /// that `appProtocol`, and by convention the names of ports, give them.
    private static let protocols: Set<String> = [
        "amqp", "grpc", "grpcs", "h2c", "http2", "kafka", "mongo", "mongodb", "mqtt", "mysql",
        "nats",
        "postgres", "postgresql", "redis", "websocket", "ws", "wss",
    ]

    /// Those of a Service, each with what tells it: `api (grpc)`, `9000 (ws)`; sorted.
    static func all(in service: JSON) -> [String] {
        let ports = service.at("spec", "ports")?.array ?? []
        return ports.compactMap { port -> String? in
            guard let told = told(by: port) else { return nil }
            let name = port["name"]?.string ?? port["port"]?.int.map(String.init)
            return name.map { "\($0) (\(told))" }
        }.sorted()
    }

    /// `appProtocol` says it where it is there; else a name such as `grpc`, `grpc-api` or `api-ws`.
    private static func told(by port: JSON) -> String? {
        if let stated = port["appProtocol"]?.string?.lowercased() {
            let bare = stated.split(separator: "/").last.map(String.init) ?? stated
            return protocols.contains(bare) ? bare : nil
        }
        let words = (port["name"]?.string ?? "").lowercased().split(separator: "-").map(String.init)
        return words.first.flatMap { protocols.contains($0) ? $0 : nil }
            ?? words.last.flatMap { protocols.contains($0) ? $0 : nil }
    }
}
