import Clocks
import JSONValues

/// What a pod does that was started to try whether addresses can be reached.
///
/// A twin has no shell. It knows this one program by the name that stands in its command
/// (`sh -c … diolkos-reach LIMIT SAMPLES HOST PORT …`), and does over its own network what the script
/// does over a real one; what it says at its end has the same form.
struct ReachErrand: Sendable {
    static let name = "diolkos-reach"

    private struct Address {
        let host: String
        let port: Int
    }

    private let limit: Duration
    private let addresses: [Address]

    /// Nil for a pod that is for something else.
    init?(_ pod: JSON) {
        guard let container = pod.at("spec", "containers")?[0] else { return nil }
        let words = ((container["command"]?.array ?? []) + (container["args"]?.array ?? []))
            .compactMap(\.string)
        guard words.count >= 6, words[1] == "-c", words[3] == Self.name,
            let seconds = Int(words[4])
        else { return nil }
        limit = .seconds(seconds)
        let pairs = Array(words[6...])
        addresses = stride(from: 0, to: pairs.count - 1, by: 2).map {
            Address(host: pairs[$0], port: Int(pairs[$0 + 1]) ?? 0)
        }
    }

    /// What came of a connection.
    private enum Outcome {
        case answered(after: Duration)
        case refused
        case lost
        case unresolved
    }

    /// Tries each address, one after the other; answers the termination message.
    ///
    /// What gets lost takes `limitScale` of the limit, as all waiting in a twin is shortened.
    func message(
        from namespace: String,
        of site: TwinSite,
        proxy: ServiceProxy,
        network: TwinNetwork,
        limitScale: Double,
        time: any TimeSource
    ) async throws -> String {
        var lines: [String] = []
        for (index, address) in addresses.enumerated() {
            let outcome = outcome(of: address, from: namespace, site, proxy, network)
            let code: String
            let duration: Duration
            switch outcome {
            case .answered(let delay) where delay < limit: (code, duration) = ("o", delay)
            case .answered, .lost: (code, duration) = ("t", limit)
            case .refused: (code, duration) = ("r", .zero)
            case .unresolved: (code, duration) = ("n", .zero)
            }
            try await time.sleep(for: code == "t" ? limit * limitScale : duration)
            lines.append("\(index) \(code) \(Int((duration.inSeconds * 1_000).rounded()))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func outcome(
        of address: Address,
        from namespace: String,
        _ site: TwinSite,
        _ proxy: ServiceProxy,
        _ network: TwinNetwork
    ) -> Outcome {
        if let outsider = network.outsider(address.host) {
            guard let roundTrip = outsider.roundTrips[site] else { return .lost }
            return outsider.ports.contains(address.port) ? .answered(after: roundTrip) : .refused
        }
        if let inside = TwinAddress(address.host) {
            return outcome(of: TwinEndpoint(inside, port: address.port), site, network)
        }
        guard let name = ServiceName("\(address.host):\(address.port)") else { return .unresolved }
        switch proxy.resolve(name, from: namespace) {
        case .unknown: return .unresolved
        case .nothingServes: return .refused
        case .endpoint(let endpoint): return outcome(of: endpoint, site, network)
        }
    }

    private func outcome(
        of endpoint: TwinEndpoint,
        _ site: TwinSite,
        _ network: TwinNetwork
    ) -> Outcome {
        switch network.path(from: site, to: endpoint) {
        case .failure(.refused): return .refused
        case .failure: return .lost
        case .success(let path):
            guard path.crossings > 0 else { return .answered(after: .zero) }
            return network.link.roundTrip.map { .answered(after: $0 * path.crossings) } ?? .lost
        }
    }
}
