import Foundation
import JSONValues
import KubernetesObjects

/// What a ServiceAccount's token says of itself: whose it is, and who has signed it for whom.
///
/// The token itself is not kept: a claim proves nothing to anybody.
struct TokenClaims: Sendable, Hashable {
    /// `shop/robot`.
    let account: String
    /// How the cluster that signed it calls itself; tokens of Secrets bear `kubernetes/serviceaccount`.
    let issuer: String
    /// Sorted; empty where it is for nobody in particular.
    let audiences: [String]
    /// Whether it ends by itself.
    let ends: Bool

    private static let subjectPrefix = "system:serviceaccount:"

    /// Nil for a text that is no such token.
    init?(token: String) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let claims = TokenClaims.payload(String(parts[1])),
            let subject = claims["sub"]?.string, let issuer = claims["iss"]?.string,
            subject.hasPrefix(TokenClaims.subjectPrefix)
        else { return nil }
        let name = subject.dropFirst(TokenClaims.subjectPrefix.count)
            .split(separator: ":", omittingEmptySubsequences: false)
        guard name.count == 2 else { return nil }
        account = "\(name[0])/\(name[1])"
        self.issuer = issuer
        let audience = claims["aud"]
        audiences = (audience?.array?.compactMap(\.string) ?? [audience?.string].compactMap { $0 })
            .sorted()
        ends = claims["exp"] != nil
    }

    private static func payload(_ text: String) -> JSON? {
        var standard = text.replacing("-", with: "+").replacing("_", with: "/")
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: standard) else { return nil }
        // What is no JSON is no token.
        do { return try JSON.parse(Array(data)) } catch { return nil }
    }

    /// All that a Secret holds, by their keys, sorted.
    static func all(in secret: JSON) -> [(key: String, claims: TokenClaims)] {
        (secret["data"]?.stringMap ?? [:]).sorted { $0.key < $1.key }.compactMap { key, value in
            guard let data = Data(base64Encoded: value),
                let text = String(validating: data, as: UTF8.self),
                let claims = TokenClaims(token: text)
            else { return nil }
            return (key, claims)
        }
    }

    /// As facts keep it.
    var json: JSON {
        [
            "account": .string(account), "issuer": .string(issuer),
            "audiences": .array(audiences.map(JSON.string)), "ends": .bool(ends),
        ]
    }

    /// From what facts have kept.
    init?(json: JSON) {
        guard let account = json["account"]?.string, let issuer = json["issuer"]?.string else {
            return nil
        }
        self.account = account
        self.issuer = issuer
        audiences = (json["audiences"]?.array ?? []).compactMap(\.string)
        ends = json["ends"]?.bool ?? true
    }

    /// `a token of shop/robot, signed by kubernetes/serviceaccount, without an end`.
    var words: String {
        "a token of \(account), signed by \(issuer)"
            + (audiences.isEmpty ? "" : " for \(audiences.joined(separator: ", "))")
            + (ends ? "" : ", without an end")
    }
}
