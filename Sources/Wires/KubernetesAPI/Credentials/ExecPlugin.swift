import Clocks
import HTTPTransport
import JSONValues

/// A program that gives credentials, and how its answer is read.
struct ExecPlugin: Sendable {
    /// The versions of `ExecCredential` that are understood; an answer must be of the one asked for.
    enum Version: String, Sendable {
        case v1 = "client.authentication.k8s.io/v1"
        case v1beta1 = "client.authentication.k8s.io/v1beta1"
    }

    /// What a plugin gave, and until when it holds.
    struct Grant: Sendable {
        let credential: Credential
        /// Nil: until a server refuses it.
        let expiresAt: WallTime?
    }

    /// Whose it is and where that is written, for messages.
    let title: String
    let version: Version
    let invocation: ProgramInvocation
    let installHint: String?

    /// Reads what the program wrote to standard output.
    func grant(from result: ProgramResult) throws(CredentialError) -> Grant {
        guard result.exitCode == 0 else {
            throw failure(
                result.exitCode.map { "ended with exit code \($0)" } ?? "was ended by a signal"
            )
        }
        let document: JSON
        do {
            document = try JSON.parse(result.output.reveal())
        } catch {
            throw failure("wrote no JSON: \(error.problem) at byte \(error.offset)")
        }
        guard document["kind"] == "ExecCredential" else {
            throw failure("wrote no ExecCredential")
        }
        let answered = document["apiVersion"]?.string ?? ""
        guard answered == version.rawValue else {
            throw failure("answered in \(answered), and \(version.rawValue) was asked for")
        }
        guard let status = document["status"], status.object != nil else {
            throw failure("wrote an ExecCredential without a status")
        }
        return Grant(
            credential: try credential(status),
            expiresAt: try expiry(status)
        )
    }

    private func credential(_ status: JSON) throws(CredentialError) -> Credential {
        let token = nonEmpty(status["token"])
        let certificate = nonEmpty(status["clientCertificateData"])
        let key = nonEmpty(status["clientKeyData"])
        guard (certificate == nil) == (key == nil) else {
            throw failure("gave a client certificate or a client key without the other")
        }
        guard token != nil || certificate != nil else {
            throw failure("gave neither a token nor a client certificate")
        }
        var identity: TLSIdentity?
        if let certificate, let key {
            identity = TLSIdentity(
                certificateChain: Array(certificate.utf8),
                key: Redacted(Array(key.utf8))
            )
        }
        let fields = token.map { Credential.bearer($0).fields.reveal() } ?? []
        return Credential(fields: fields, identity: identity)
    }

    private func expiry(_ status: JSON) throws(CredentialError) -> WallTime? {
        guard let value = status["expirationTimestamp"], !value.isNull else { return nil }
        guard let text = value.string, let time = WallTime(rfc3339: text) else {
            throw failure("gave an expirationTimestamp that is no RFC 3339 time")
        }
        return time
    }

    private func nonEmpty(_ value: JSON?) -> String? {
        value?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    func failure(_ problem: String) -> CredentialError {
        CredentialError("\(title): the exec plugin \(invocation.command) \(problem)")
    }
}
