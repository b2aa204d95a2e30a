import HTTPTransport

/// What proves to a server who we are, for one request.
package struct Credential: Sendable, Hashable {
    /// One header field.
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package let fields: Redacted<[Field]>
    /// Shown in place of the site's own identity, if there is one.
    package let identity: TLSIdentity?

    package init(fields: [Field] = [], identity: TLSIdentity? = nil) {
        self.fields = Redacted(fields)
        self.identity = identity
    }

    /// Nothing to show.
    package static let none = Credential()
}

/// Where credentials come from.
///
/// They may change: files are rewritten, tokens expire.
package protocol CredentialSource: Sendable {
    /// What to show now; from a cache where that is still good.
    func credential() async throws(CredentialError) -> Credential
    /// A server answered 401 to `credential`: it must not come from a cache again.
    func refused(_ credential: Credential) async
}

/// Why there is no credential; never holds one.
package struct CredentialError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// A credential that never changes.
package struct FixedCredential: CredentialSource {
    private let fixed: Credential

    package init(_ credential: Credential = .none) {
        fixed = credential
    }

    package func credential() async throws(CredentialError) -> Credential { fixed }

    package func refused(_ credential: Credential) async {}
}
