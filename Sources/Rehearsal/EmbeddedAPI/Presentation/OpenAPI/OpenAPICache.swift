import HTTPTransport
import JSONValues
import Synchronization

/// Documents that are large to make and rarely change, made once for all clusters alike.
final class OpenAPICache: Sendable {
    static let shared = OpenAPICache()

    /// How many documents are kept; the oldest goes first.
    private static let countMax = 128

    private struct State {
        var documents: [String: [UInt8]] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())

    /// The document of that name under that signature.
    func document(_ name: String, _ signature: String, make: () -> [UInt8]) -> [UInt8] {
        let key = "\(name)\n\(signature)"
        if let known = state.withLock({ $0.documents[key] }) { return known }
        let made = make()
        state.withLock { state in
            if state.documents.updateValue(made, forKey: key) == nil { state.order.append(key) }
            if state.order.count > Self.countMax {
                state.documents[state.order.removeFirst()] = nil
            }
        }
        return made
    }
}

extension ServerDocuments {
    /// The answer to what stands below `/openapi`.
    func openAPI() -> HTTPResponse? {
        let content = OpenAPIContent(cluster)
        let cache = OpenAPICache.shared
        let path = request.path.dropFirst()
        switch path.first {
        case "v2" where path.count == 1:
            guard wantsProtobuf else {
                let bytes = cache.document("v2", content.signature) { content.swagger().encoded() }
                return .cached(bytes, type: "application/json", for: request)
            }
            let bytes = cache.document("v2 protobuf", content.signature) {
                GnosticDocument(content.swagger()).bytes
            }
            return .cached(bytes, type: Self.protobufType, for: request)
        case "v3" where path.count == 1: return .json(index(content).encoded())
        case "v3":
            let name = path.dropFirst().joined(separator: "/")
            guard content.documentPaths.contains(name) else { return nil }
            let bytes = cache.document("v3 \(name)", content.signature) {
                (content.openAPI3(name) ?? .null).encoded()
            }
            return .cached(bytes, type: "application/json", for: request)
        default: return nil
        }
    }

    /// Not what clients ask for: an `@` is no part of a media type, and they stumble over it.
    private static let protobufType =
        "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

    private var wantsProtobuf: Bool {
        let accepted = request.headers.values(of: "Accept").flatMap { $0.split(separator: ",") }
        return accepted.contains { $0.contains("proto-openapi.spec.v2") }
    }

    /// Where each group's document is; the address changes with the content, so that clients may
    /// keep what they have.
    private func index(_ content: OpenAPIContent) -> JSON {
        var paths: JSONMembers = [:]
        for path in content.documentPaths {
            let hash = ContentHash.text(of: Array("\(path)\n\(content.signature)".utf8))
            paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(hash)")]
        }
        return ["paths": .object(paths)]
    }
}
