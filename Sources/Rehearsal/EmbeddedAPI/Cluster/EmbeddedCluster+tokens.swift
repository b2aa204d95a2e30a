import Clocks
import JSONValues
import KubernetesObjects

extension EmbeddedCluster {
    /// A token in the form of a JWT, and when it ends.
    struct AccountToken: Sendable {
        let text: String
        let expiry: WallTime
    }

    /// A token for a ServiceAccount.
    ///
    /// It is signed with nothing: the twin lets everybody in, and a real server refuses it.
    func token(of account: JSON, seconds: Int) -> AccountToken {
        let now = time.wallTime
        let expiry = now.advanced(by: .seconds(seconds))
        let name = account.name ?? ""
        let namespace = account.namespace ?? ""
        let header: JSON = ["alg": "none", "typ": "JWT"]
        let claims: JSON = [
            "aud": ["https://kubernetes.default.svc"],
            "iss": .string(configuration.issuer),
            "iat": .int(now.nanosecondsSinceEpoch / 1_000_000_000),
            "exp": .int(expiry.nanosecondsSinceEpoch / 1_000_000_000),
            "sub": .string("system:serviceaccount:\(namespace):\(name)"),
        ]
        let text =
            Base64.encoded(header.encoded(), alphabet: .url) + "."
            + Base64.encoded(claims.encoded(), alphabet: .url) + "."
        return AccountToken(text: text, expiry: expiry)
    }
}
