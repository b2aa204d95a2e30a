import HTTPTransport
import JSONValues
import KubernetesObjects

/// One request in our terms, before credentials are added, and how its answer is to be read.
struct Exchange: Sendable {
    let call: APICall
    var query: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var contentType: String?
    var accept = "application/json"

    /// A call about a resource; throws `.invalid` for a name that cannot stand in a path.
    init(
        _ verb: APICall.Verb,
        _ kind: ResourceKind,
        namespace: String? = nil,
        name: String? = nil,
        subresource: String? = nil
    ) throws(KubernetesError) {
        let method =
            switch verb {
            case .get, .list, .watch: "GET"
            case .create: "POST"
            case .update: "PUT"
            case .patch: "PATCH"
            case .delete, .deletecollection: "DELETE"
            }
        let namespace = kind.isNamespaced ? namespace : nil
        let path = kind.path(
            namespace: try namespace.map(Exchange.segment),
            name: try name.map(Exchange.segment),
            subresource: try subresource.map(Exchange.segment)
        )
        let resource = APICall.Resource(
            verb: verb,
            group: kind.group,
            plural: subresource.map { "\(kind.plural)/\($0)" } ?? kind.plural,
            namespace: namespace,
            name: name
        )
        call = APICall(method: method, path: path, resource: resource)
    }

    /// A call of any path; what it is about is read from that.
    init(method: String, path: String) {
        call = APICall(
            method: method,
            path: path,
            resource: APICall.Resource(method: method, path: path)
        )
    }

    var isRead: Bool { call.method == "GET" }

    var limitKind: AdaptiveLimit.Kind {
        switch call.resource?.verb {
        case .list: .list
        case .get, .watch, nil: .read
        default: .write
        }
    }

    mutating func setBody(_ value: JSON, as contentType: String = "application/json") {
        body = value.encoded()
        self.contentType = contentType
    }

    /// Path and query as they go onto the wire.
    func target(prefix: String) -> String {
        guard !query.isEmpty else { return prefix + call.path }
        let text = query.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
        return prefix + call.path + "?" + text.joined(separator: "&")
    }

    /// Names come from servers and from people: one with a slash in it must not become a path.
    private static func segment(_ name: String) throws(KubernetesError) -> String {
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/") else {
            throw .invalid(problem: "\"\(name)\" cannot be the name of an object or a namespace")
        }
        return percentEncoded(name)
    }
}

/// RFC 3986: everything but the unreserved characters, and the colon that RBAC names are full of.
func percentEncoded(_ text: String) -> String {
    var encoded: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"):
            encoded.append(byte)
        default:
            encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}
