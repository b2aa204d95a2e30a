import HTTPTransport
import JSONValues

/// A request to `/api/v1/namespaces/{ns}/services/{name}:{port}/proxy/{path}`.
package struct ServiceProxyCall: Sendable {
    package let namespace: String
    package let service: String
    package let port: String
    /// Path and query behind the proxy.
    package let target: String

    /// Nil for any other request.
    package init?(_ request: HTTPRequest) {
        // Most requests are none, and end here: a name with nothing behind it has no port and no proxy.
        guard
            request.target.utf8.prefix(while: { $0 != UInt8(ascii: "?") })
                .count(where: { $0 == UInt8(ascii: "/") }) > 6
        else { return nil }
        let parts = request.target.utf8
            .split(separator: UInt8(ascii: "/"), maxSplits: 7, omittingEmptySubsequences: false)
            .map { Substring($0) }
        // The first part is what stands before the leading slash: nothing.
        guard parts.count == 8, parts[1] == "api", parts[2] == "v1", parts[3] == "namespaces",
            parts[5] == "services", parts[7].hasPrefix("proxy")
        else { return nil }
        let name = parts[6].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        namespace = String(parts[4])
        service = name.first ?? ""
        port = name.count > 1 ? name[1] : ""
        let path = parts[7].dropFirst("proxy".count)
        target = path.isEmpty ? "/" : String(path)
    }

    /// The port that callers inside dial; nil when the Service has no such port.
    package func portNumber(in service: JSON) -> Int? { chosenPort(of: service)?["port"]?.int }

    private func chosenPort(of service: JSON) -> JSON? {
        let ports = service.at("spec", "ports")?.array ?? []
        return ports.first { candidate in
            port.isEmpty || candidate["name"]?.string == port
                || candidate["port"]?.int.map { String($0) } == port
        }
    }
}
