import NIOCore
import NIOHTTP1

/// A request as a caller makes it.
struct CallRequest {
    let method: HTTPMethod
    let uri: String
    /// With `Host`, without what belongs to one connection.
    let headers: HTTPHeaders
    let body: ByteBuffer?
}

extension CallRequest {
    /// What has arrived, as it is passed on: to `uri`, or to what was asked for.
    init(forwarding request: ArrivedRequest, uri: String? = nil) {
        self.init(
            method: request.head.method,
            uri: uri ?? request.head.uri,
            headers: request.head.headers.forwarded(),
            body: request.body
        )
    }
}

/// Where a call may be connected to, and when it is late.
enum Dial {
    /// The way to somebody who listens.
    case path(TwinNetwork.Path)
    /// A socket of this machine, outside the twin's network.
    case socket(SocketAddress)
    /// Nobody: the call fails at once.
    case refused
    /// The name means nothing: the call fails at once.
    case unresolved
    /// Packets get lost: the call fails when connecting has taken too long.
    case unreachable

    init(_ path: Result<TwinNetwork.Path, TwinNetwork.Refusal>) {
        switch path {
        case .success(let path): self = .path(path)
        case .failure(.refused): self = .refused
        case .failure(.unreachable), .failure(.looped): self = .unreachable
        }
    }
}
