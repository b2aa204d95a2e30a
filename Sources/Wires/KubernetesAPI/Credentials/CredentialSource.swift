import HTTPTransport

/// What proves to a server who we are, for one request.
package struct Credential: Sendable, Hashable {
    /// One header field.
    package struct Field: Sendable, Hashable {
        /// `Authorization`, `Impersonate-User`.
        package let name: String
        /// As it is sent.
        package let value: String

        /// Takes a field that may be sent as it is.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// In the order in which they are sent.
    package let fields: Redacted<[Field]>
    /// Shown in place of the site's own identity, if there is one.
    package let identity: TLSIdentity?

    /// Takes header fields, a client certificate, both or neither.
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
    /// Names the entry, its place and what to do.
    package let description: String

    /// Takes a sentence without a secret.
    package init(_ description: String) {
        self.description = description
    }
}

/// A credential that never changes.
package struct FixedCredential: CredentialSource {
    private let fixed: Credential

    /// Takes what is shown each time.
    package init(_ credential: Credential = .none) {
        fixed = credential
    }

    /// The same each time.
    package func credential() async throws(CredentialError) -> Credential { fixed }

    /// Changes nothing: there is no other.
    package func refused(_ credential: Credential) async {}
}
