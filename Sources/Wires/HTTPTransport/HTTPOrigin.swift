/// The scheme, host and port that requests go to.
package struct HTTPOrigin: Sendable, Hashable {
    /// How the host is spoken to.
    package enum Scheme: String, Sendable {
        case http
        case https
    }

    /// Whether TLS is spoken.
    package let scheme: Scheme
    /// A name or an address, an IPv6 address without its brackets.
    package let host: String
    /// From 1 to 65535.
    package let port: Int

    /// Takes the scheme's own port, 80 or 443, where none is given.
    package init(scheme: Scheme, host: String, port: Int? = nil) {
        self.scheme = scheme
        self.host = host
        self.port = port ?? (scheme == .https ? 443 : 80)
    }

    /// `host:port` as the `Host` header has it: without the port where it is the scheme's own.
    package var authority: String {
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return port == (scheme == .https ? 443 : 80) ? bracketed : "\(bracketed):\(port)"
    }
}

extension HTTPOrigin: CustomStringConvertible {
    /// As a URL without a path.
    package var description: String { "\(scheme.rawValue)://\(authority)" }
}

/// A URL of a server: an origin, and what every path of it begins with.
package struct HTTPBaseURL: Sendable, Hashable, CustomStringConvertible {
    /// Where requests go.
    package let origin: HTTPOrigin
    /// Empty, or `/…` without a slash at its end.
    package let pathPrefix: String

    /// Throws a sentence that says what is wrong with `text`.
    ///
    /// A user and password in it are refused: URLs are printed.
    package init(parsing text: String) throws(HTTPURLProblem) {
        guard let schemeEnd = text.firstRange(of: "://") else {
            throw HTTPURLProblem("it does not begin with https:// or http://")
        }
        guard let scheme = HTTPOrigin.Scheme(rawValue: text[..<schemeEnd.lowerBound].lowercased())
        else { throw HTTPURLProblem("its scheme is neither https nor http") }
        let rest = text[schemeEnd.upperBound...]
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw HTTPURLProblem("it has a query or a fragment")
        }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else {
            throw HTTPURLProblem("it holds a user or a password, which belong elsewhere")
        }
        let (host, port) = try HTTPBaseURL.hostAndPort(String(authority))
        origin = HTTPOrigin(scheme: scheme, host: host, port: port)
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw HTTPURLProblem("its path holds characters that must be percent-encoded")
        }
        pathPrefix = String(path)
    }

    /// The URL, which never holds a password.
    package var description: String { "\(origin)\(pathPrefix)" }

    /// Takes `HOST[:PORT]` apart; an IPv6 address stands in brackets, and loses them.
    static func hostAndPort(
        _ authority: String
    ) throws(HTTPURLProblem) -> (host: String, port: Int?) {
        var host = authority[...]
        var portText: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else {
                throw HTTPURLProblem("its address has no closing bracket")
            }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let behind = authority[authority.index(after: end)...]
            guard behind.isEmpty || behind.first == ":" else {
                throw HTTPURLProblem("only a port may stand behind its address")
            }
            portText = behind.isEmpty ? nil : behind.dropFirst()
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
            guard !host.contains(":") else {
                throw HTTPURLProblem("an IPv6 address must stand in brackets")
            }
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x25 }) else {
            throw HTTPURLProblem("it names no host")
        }
        guard let portText, !portText.isEmpty else { return (String(host), nil) }
        guard let port = Int(portText), (1...65_535).contains(port), portText.first != "+" else {
            throw HTTPURLProblem("\"\(portText)\" is no port")
        }
        return (String(host), port)
    }
}

/// What is wrong with a URL, as a sentence about it.
package struct HTTPURLProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// Half a sentence about the URL, without the URL itself.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
