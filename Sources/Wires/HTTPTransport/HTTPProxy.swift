/// What stands between us and a site.
package enum HTTPProxy: Sendable, Hashable {
    /// A proxy that is asked to `CONNECT`, itself spoken to in the clear.
    case http(host: String, port: Int, credentials: Redacted<Credentials>? = nil)
    /// SOCKS version 5 without authentication; the proxy resolves the name.
    case socks5(host: String, port: Int)

    /// Who we are to the proxy.
    package struct Credentials: Sendable, Hashable {
        /// Who we are, decoded.
        package let user: String
        /// What proves it, decoded.
        package let password: String

        /// Takes both as they are sent: in the clear, as Basic authentication has it.
        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }
}

extension HTTPProxy {
    /// Reads `http://[USER:PASSWORD@]HOST[:PORT]` or `socks5://HOST[:PORT]`.
    ///
    /// Ports that are left out are 80 and 1080. Throws a sentence that says what is wrong with
    /// `text` and never shows it, for it may hold a password. A proxy that is itself reached over
    /// TLS (`https://`), which kubectl takes, is refused: AsyncHTTPClient has none.
    package init(parsing text: String) throws(HTTPURLProblem) {
        guard let schemeEnd = text.firstRange(of: "://") else {
            throw HTTPURLProblem("it does not begin with http:// or socks5://")
        }
        let scheme = text[..<schemeEnd.lowerBound].lowercased()
        switch scheme {
        case "http", "socks5": break
        case "https":
            throw HTTPURLProblem(
                "a proxy that is itself reached over TLS (https://) is not supported; name its "
                    + "http:// port, or run a local tunnel to it and name that"
            )
        default: throw HTTPURLProblem("its scheme is neither http nor socks5")
        }
        var rest = text[schemeEnd.upperBound...]
        if rest.hasSuffix("/") { rest.removeLast() }
        var credentials: Redacted<Credentials>?
        if let at = rest.lastIndex(of: "@") {
            guard scheme == "http" else {
                throw HTTPURLProblem("a user and a password are supported for an http proxy only")
            }
            credentials = Redacted(try Credentials(parsing: rest[..<at]))
            rest = rest[rest.index(after: at)...]
        }
        guard !rest.contains(where: { "/?#".contains($0) }) else {
            throw HTTPURLProblem("nothing may stand behind its host and port")
        }
        let (host, port) = try HTTPBaseURL.hostAndPort(String(rest))
        self =
            scheme == "http"
            ? .http(host: host, port: port ?? 80, credentials: credentials)
            : .socks5(host: host, port: port ?? 1_080)
    }
}

extension HTTPProxy.Credentials {
    /// Reads `USER:PASSWORD`, percent-encoded.
    fileprivate init(parsing text: Substring) throws(HTTPURLProblem) {
        let pair = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, !pair[0].isEmpty, let user = percentDecoded(pair[0]),
            let password = percentDecoded(pair[1])
        else { throw HTTPURLProblem("what stands before the @ is not USER:PASSWORD") }
        self.init(user: user, password: password)
    }
}

/// Nil for a percent sign without two digits behind it, and for what is no UTF-8.
private func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == 2 else { return nil }
        bytes.append(UInt8(digits[0] << 4 | digits[1]))
        rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
}
