import Clocks
import HTTPTransport
import Synchronization

/// A bearer token from a file that somebody keeps fresh.
///
/// It is read again once it is 50 seconds old (client-go's 60 with 10 of leeway), and after a 401.
/// A file that cannot be read then leaves the last token in use.
package final class TokenFileCredentials: CredentialSource {
    private struct State {
        var token: Redacted<String>
        /// Nil: to be read before its next use.
        var readAt: Duration?
    }

    private static let ageMax = Duration.seconds(50)

    private let path: String
    private let environment: HostEnvironment
    private let time: any TimeSource
    private let state: Mutex<State>

    /// Takes the token that is used until the file was read for the first time.
    package init(
        path: String,
        initial: Redacted<String>,
        environment: HostEnvironment,
        time: any TimeSource
    ) {
        self.path = path
        self.environment = environment
        self.time = time
        state = Mutex(State(token: initial, readAt: nil))
    }

    /// The token, read from the file again where that is due; never throws.
    package func credential() async throws(CredentialError) -> Credential {
        let now = time.uptime
        let token = state.withLock { state in
            if let readAt = state.readAt, now - readAt < TokenFileCredentials.ageMax {
                return state.token
            }
            if let fresh = read() { state.token = Redacted(fresh) }
            state.readAt = now
            return state.token
        }
        return .bearer(token.reveal())
    }

    /// Makes the next `credential` read the file.
    package func refused(_ credential: Credential) async {
        state.withLock { $0.readAt = nil }
    }

    /// The text of a token file without the white space around it.
    static func token(in bytes: [UInt8]) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let front = bytes.drop(while: isSpace)
        let end = front.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? front.startIndex
        return String(decoding: front[..<end], as: UTF8.self)
    }

    private func read() -> String? {
        do {
            let token = TokenFileCredentials.token(in: try environment.readFile(path))
            return token.isEmpty ? nil : token
        } catch {
            return nil
        }
    }
}
