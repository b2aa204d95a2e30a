import JSONValues
import MigrationModel
import MigrationPorts

/// The twin's balancer in the words of `curl`.
package struct PlainTwinBalancer: PlainBalancer {
    /// The URL of the control API, without a slash at its end.
    private let url: String

    package init(url: String) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    package var functions: [String] { [] }

    package func restore(_ requested: RequestedWeight, on route: RouteID) -> [String] {
        guard let weights = TwinWeights(requested.native) else {
            return [ShellWord.refusal("give \(route) its weights back: \(requested.native)")]
        }
        let body: JSON = ["source": .int(weights.source), "target": .int(weights.target)]
        let words = [
            "curl", "-fsS", "--max-time", "10", "-o", "/dev/null", "-X", "PUT", "-H",
            "content-type: application/json", "-d", body.text(),
            "\(url)/v1/routes/\(route.text.percentEncoded)/weights",
        ]
        return [ShellWord.command(words)]
    }
}
