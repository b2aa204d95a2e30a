/// A host and a TCP port that somebody tries to reach.
package struct ConnectionTarget: Sendable, Hashable {
    /// What is said once the connection stands.
    package enum Speech: Sendable, Hashable {
        /// That it came about is all that is wanted.
        case nothing
        /// Whether a service is well, as gRPC servers tell; empty for the server as a whole.
        case grpcHealth(service: String)
    }

    /// A name as pods write it, or an address.
    package let host: String
    /// From 1 to 65535.
    package let port: Int
    /// What is said over the connection.
    package let speech: Speech

    /// Takes the target as it is; nothing is resolved.
    package init(host: String, port: Int, speech: Speech = .nothing) {
        self.host = host
        self.port = port
        self.speech = speech
    }

    /// Reads `host:port`, or `grpc/service/host:port`; nil for anything else.
    ///
    /// What stands before the last colon is the host. What follows an equals sign is for the pod.
    package init?(_ text: String) {
        let place = text.prefix { $0 != "=" }
        let parts = place.split(separator: "/", omittingEmptySubsequences: false)
        guard let last = parts.last, let colon = last.lastIndex(of: ":"), colon > last.startIndex,
            let port = Int(last[last.index(after: colon)...]), (1...65_535).contains(port)
        else { return nil }
        let host = String(last[..<colon])
        switch parts.count {
        case 1: self.init(host: host, port: port)
        case 3 where parts[0] == "grpc":
            self.init(host: host, port: port, speech: .grpcHealth(service: String(parts[1])))
        default: return nil
        }
    }

    /// What `init` reads.
    package var text: String {
        switch speech {
        case .nothing: "\(host):\(port)"
        case .grpcHealth(let service): "grpc/\(service)/\(host):\(port)"
        }
    }

    /// What a pod is told: the target, and what it is to say and to hear, where it is to say something.
    var word: String {
        switch speech {
        case .nothing: return text
        case .grpcHealth(let service):
            let question = GRPCHealth.question(service: service, authority: "\(host):\(port)")
            return "\(text)=\(question.octal)=\(GRPCHealth.servingMessage.hexadecimal)"
        }
    }
}

extension [UInt8] {
    /// As `printf` of a shell takes bytes.
    fileprivate var octal: String {
        map { byte in
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
    }

    /// Two digits a byte, as `od` writes them.
    var hexadecimal: String {
        let digits = Array<Character>("0123456789abcdef")
        return map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
    }
}
