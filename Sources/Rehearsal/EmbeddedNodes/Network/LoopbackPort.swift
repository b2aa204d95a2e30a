import NIOCore
import NIOPosix

/// Ports of this machine's loopback, for programs that cannot be told to choose one themselves.
package enum LoopbackPort {
    /// A port at which nobody listened a moment ago.
    ///
    /// Somebody else may take it before the caller does; then the caller's program fails to start.
    package static func unused() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        try await channel.close()
        return port
    }
}
