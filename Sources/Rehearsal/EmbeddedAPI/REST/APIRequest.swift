import HTTPTransport

/// One HTTP request, taken apart as far as every verb needs it.
struct APIRequest: Sendable {
    let method: String
    /// The path's components, decoded.
    let path: [String]
    let query: Query
    let headers: HTTPHeaders
    let body: [UInt8]

    init(_ request: HTTPRequest) {
        method = request.method
        headers = request.headers
        body = request.body
        // Bytes, here and below: each request is taken apart, and characters cost ten times as much.
        let target = request.target.utf8
        let mark = target.firstIndex(of: UInt8(ascii: "?"))
        path = target[..<(mark ?? target.endIndex)]
            .split(separator: UInt8(ascii: "/"))
            .map { Query.decoded(String(Substring($0)), plusIsSpace: false) }
        query = Query(mark.map { target[target.index(after: $0)...] } ?? ""[...].utf8)
    }

    /// Who writes, as managedFields and the log have it: asked for, or the program's name.
    var manager: String {
        if let asked = query["fieldManager"], !asked.isEmpty { return asked }
        let agent = headers["User-Agent"] ?? ""
        let program = agent.split(separator: "/", omittingEmptySubsequences: false).first ?? ""
        var name = ""
        for scalar in program.unicodeScalars where scalar.properties.generalCategory != .control {
            let longer = name + String(scalar)
            guard longer.utf8.count <= 128 else { break }
            name = longer
        }
        return name
    }

    /// The media type of the body without its parameters, in lower case.
    var contentType: String {
        let value = headers["Content-Type"] ?? ""
        let type = value.split(separator: ";", omittingEmptySubsequences: false).first ?? ""
        return type.filter { $0 != " " }.lowercased()
    }
}

/// The parameters behind the question mark.
struct Query: Sendable {
    private var values: [String: [String]] = [:]

    init(_ text: String) { self.init(text.utf8[...]) }

    init(_ bytes: Substring.UTF8View) {
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let sign = part.firstIndex(of: UInt8(ascii: "="))
            let name = Self.decoded(
                String(Substring(part[..<(sign ?? part.endIndex)])),
                plusIsSpace: true
            )
            let value = sign.map { part[part.index(after: $0)...] }
                .map { Self.decoded(String(Substring($0)), plusIsSpace: true) }
            values[name, default: []].append(value ?? "")
        }
    }

    /// The first value of a parameter.
    subscript(name: String) -> String? { values[name]?.first }

    /// Every value of a parameter, in order.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// What Go's conversion takes for true: present, and neither `false` nor `0`.
    func flag(_ name: String) -> Bool {
        guard let value = self[name] else { return false }
        return value.lowercased() != "false" && value != "0"
    }

    func int(_ name: String) -> Int? { self[name].flatMap { Int($0) } }

    /// The text behind a percent-encoding; what is no encoding stands for itself.
    static func decoded(_ text: String, plusIsSpace: Bool) -> String {
        let isPlain = text.utf8.allSatisfy { $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }
        if isPlain { return text }
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < bytes.count,
                let value = UInt8(
                    String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self),
                    radix: 16
                )
            {
                decoded.append(value)
                index += 3
                continue
            }
            decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            index += 1
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
