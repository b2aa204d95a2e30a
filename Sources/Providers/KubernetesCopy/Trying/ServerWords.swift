import KubernetesAPI

/// What a server says of an object that it would not take.
package enum ServerWords {
    /// The server's words without the object's name, so that one reason is told once; of a Secret only
    /// the places, as the words may quote a value.
    package static func words(of status: APIStatus, about key: CopyKey) -> String {
        let isSecret = key.group.isEmpty && key.kind == "Secret"
        if isSecret, !status.causes.isEmpty {
            let places = status.causes.map(\.field).sorted().joined(separator: ", ")
            return "\(status.reason) in \(places)"
        }
        if isSecret, status.code == 422 { return status.reason }
        return status.message.replacing("\"\(key.name)\"", with: "NAME")
    }

    /// Whether a webhook cannot be asked without effect.
    package static func isUntried(_ words: String) -> Bool {
        words.contains("does not support dry run")
    }
}
