import KubernetesAPI

/// What a server says of an object that it would not take.
package enum ServerWords {
    /// The server's words; of what is wrong in a Secret only the places, as the words quote values.
    package static func words(of status: APIStatus, about key: CopyKey) -> String {
        if isSecret(key), status.code == 422 {
            let places = status.causes.map(\.field).filter { !$0.isEmpty }.sorted()
            return places.isEmpty
                ? status.reason : "\(status.reason) in \(places.joined(separator: ", "))"
        }
        return status.message
    }

    /// Why a write of an object failed, without any value of a Secret.
    static func reason(_ error: any Error, about key: CopyKey) -> String {
        guard let status = (error as? KubernetesError)?.status, status.code == 422, isSecret(key)
        else { return "\(error)" }
        return "the target's server would not take it: \(words(of: status, about: key))"
    }

    private static func isSecret(_ key: CopyKey) -> Bool { key.kindName == "Secret" }

    /// Whether a webhook cannot be asked without effect.
    package static func isUntried(_ words: String) -> Bool {
        words.contains("does not support dry run")
    }
}
