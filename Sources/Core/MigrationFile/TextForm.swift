import Foundation

/// What a text of the migration file must look like.
enum TextForm: Sendable {
    /// Anything but nothing, on one line.
    case line
    /// A name as Kubernetes has them: of a namespace, a Deployment, a migration.
    case label
    /// `namespace/name`, or a name alone where there is one namespace.
    case qualifiedName
    /// A host as an Ingress has it, wildcards included.
    case host
    case hostOrStar
    /// The path of a request.
    case path
    case url
    case socket
    /// What HAProxy lets backends and servers be called.
    case proxyName
    /// The same, or the name of an object with its namespace.
    case routeName
    /// What a backend is called in an object that shares requests.
    case backendName
    /// What may name a header or a variable of the environment.
    case word
    /// A name with dots, as most objects may have.
    case subdomain
    /// A kind as kubectl takes it.
    case kind
    case labelKey
    case labelValue
    /// A selector as kubectl takes it.
    case labelSelector
    /// The place of RFC 6901 in an object.
    case pointer
    case imagePrefix
    /// A URL with path and query.
    case callURL
    /// A zone of the IANA's data base.
    case timeZone
    /// What a clock shows, to the minute.
    case clockTime

    var expected: String {
        switch self {
        case .line: "a text on one line"
        case .label: "a name of at most 63 lower-case letters, digits and '-'"
        case .qualifiedName: "namespace/name, such as shop/orders"
        case .host: "a host name such as shop.example.com"
        case .hostOrStar: "a host name such as shop.example.com, or \"*\" for rules without a host"
        case .path: "a path that begins with '/', such as /healthz"
        case .url: "a URL such as http://127.0.0.1:8081, without a password, path or query"
        case .socket: "the path of a UNIX socket, or tcp://host:port"
        case .word: "a name of letters, digits, '-' and '_'"
        case .proxyName: "a name of letters, digits, '-', '_', '.' and ':'"
        case .routeName:
            "a name of letters, digits, '-', '_', '.' and ':', or namespace/name of an object"
        case .backendName: "the name of a backend, such as web, web:80 or pay/web:80"
        case .subdomain: "a name of lower-case letters, digits, '-' and '.'"
        case .kind:
            "a kind as kubectl takes it, such as deployments or certificates.cert-manager.io"
        case .labelKey: "the key of a label, such as app or example.com/team"
        case .labelValue: "the value of a label: at most 63 letters, digits, '-', '_' and '.'"
        case .labelSelector: "a label selector such as app=web,tier in (front,back),!canary"
        case .pointer: "a JSON pointer such as /spec/template/spec/priorityClassName"
        case .imagePrefix: "the beginning of image names, such as registry.example.com/team"
        case .timeZone: "a time zone of the IANA's data base, such as Europe/Athens or UTC"
        case .clockTime: "a time of day from \"00:00\" to \"24:00\", in quotes"
        case .callURL: "a URL such as https://ci.example.com/hooks/shop, without a password"
        }
    }

    func admits(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return false
        }
        return switch self {
        case .line: text.utf8.count <= 4_096
        case .label: TextForm.isLabel(text)
        case .qualifiedName:
            (1...2).contains(text.split(separator: "/", omittingEmptySubsequences: false).count)
                && text.split(separator: "/", omittingEmptySubsequences: false)
                    .allSatisfy { TextForm.isLabelOrSubdomain(String($0)) }
        case .host: TextForm.isHost(text)
        case .hostOrStar: text == "*" || TextForm.isHost(text)
        case .path: text.hasPrefix("/") && !text.contains(" ") && text.utf8.count <= 2_048
        case .url: SiteURL(text) != nil
        case .socket: TextForm.isSocket(text)
        case .proxyName:
            text.utf8.allSatisfy { TextForm.isAlphanumeric($0) || "-_.:".utf8.contains($0) }
        case .routeName, .backendName:
            text.utf8.allSatisfy { TextForm.isAlphanumeric($0) || "-_.:/".utf8.contains($0) }
        case .word:
            text.utf8.count <= 256
                && text.utf8.allSatisfy { TextForm.isAlphanumeric($0) || "-_".utf8.contains($0) }
        case .subdomain: TextForm.isLabelOrSubdomain(text)
        case .kind:
            text.utf8.allSatisfy { TextForm.isAlphanumeric($0) || "-.".utf8.contains($0) }
        case .labelKey: LabelForm.isKey(text)
        case .labelValue: LabelForm.isValue(text)
        case .labelSelector: LabelForm.isSelector(text)
        case .pointer: text.hasPrefix("/")
        case .imagePrefix:
            text.utf8.allSatisfy { TextForm.isAlphanumeric($0) || "-_./:@".utf8.contains($0) }
        case .callURL: TextForm.isCallURL(text)
        case .timeZone: TimeZone(identifier: text) != nil
        case .clockTime: TextForm.minute(of: text) != nil
        }
    }

    /// The minutes after midnight of `HH:MM`; nil for anything else.
    static func minute(of text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
            let hour = Int(text.prefix(2)), let minute = Int(text.suffix(2)),
            (0..<60).contains(minute), (0...1_440).contains(hour * 60 + minute)
        else { return nil }
        return hour * 60 + minute
    }

    static func isLabel(_ text: String) -> Bool {
        guard (1...63).contains(text.utf8.count), text.first != "-", text.last != "-" else {
            return false
        }
        return text.utf8.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }
    }

    static func isLabelOrSubdomain(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false)
                .allSatisfy { isLabel(String($0)) }
    }

    private static func isHost(_ text: String) -> Bool {
        isLabelOrSubdomain(text.hasPrefix("*.") ? String(text.dropFirst(2)) : text)
    }

    private static func isSocket(_ text: String) -> Bool {
        guard text.hasPrefix("tcp://") else { return !text.contains("://") }
        return SiteURL(text, schemes: ["tcp"])?.port != nil
    }

    /// The site is as of other URLs; behind it anything that needs no escaping.
    private static func isCallURL(_ text: String) -> Bool {
        guard let scheme = text.firstRange(of: "://") else { return false }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        return SiteURL(String(text[..<scheme.upperBound] + authority)) != nil
            && !rest.contains("#") && rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

/// The parts of a URL that leads to a site: scheme, host and port and nothing else.
struct SiteURL {
    let host: String
    let port: Int?

    init?(_ text: String, schemes: [String] = ["http", "https"]) {
        guard let scheme = schemes.first(where: { text.hasPrefix("\($0)://") }) else { return nil }
        var rest = text.dropFirst(scheme.count + 3)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        var portText: Substring?
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            let tail = rest[rest.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
            portText = tail.isEmpty ? nil : tail.dropFirst()
        } else if let colon = rest.firstIndex(of: ":") {
            host = String(rest[..<colon])
            portText = rest[rest.index(after: colon)...]
        } else {
            host = String(rest)
        }
        let isPlain = host.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && !"/?#@[]\"'<>\\".utf8.contains(byte)
        }
        guard !host.isEmpty, isPlain else { return nil }
        guard let portText else {
            port = nil
            return
        }
        guard let number = Int(portText), (1...65_535).contains(number),
            portText.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        port = number
    }
}
