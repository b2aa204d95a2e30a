import HTTPTransport
import MigrationModel
import MigrationPorts

/// Asks a site's own entry for a host, as a client outside would, without the balancer.
package struct EntryProber: Sendable {
    private let transport: any HTTPTransport

    /// `transport` leads to the entry.
    package init(transport: any HTTPTransport) {
        self.transport = transport
    }

    func answers(
        host: String,
        probe: ProbeShape
    ) async throws(ProviderError) -> ConditionState {
        for _ in 0..<probe.successesMin {
            let request = HTTPRequest(
                method: "GET",
                target: probe.path,
                headers: ["Host": host]
            )
            let response: HTTPResponse
            do {
                response = try await transport.send(
                    request,
                    timeout: .milliseconds(probe.timeoutMilliseconds)
                )
                _ = try await response.body.collect(sizeMax: 1 << 20)
            } catch {
                return .waiting(seen: "the entry did not answer for \(host): \(error)")
            }
            // An entry that does not know the host yet answers 404 itself.
            guard response.status < 400 else {
                return .waiting(seen: "the entry answered \(response.status) for \(host)")
            }
        }
        return .holds
    }
}
