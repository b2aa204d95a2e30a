import Synchronization

/// A proxy that is asked to `CONNECT`; what it notes are the heads of the requests to itself.
struct ConnectDialect: ProxyDialect {
    private let refusal: String?
    private var received = ""

    /// `refusal` is the head of what it answers to everybody, nil for one that lets all through.
    init(refusal: String? = nil) {
        self.refusal = refusal
    }

    mutating func acts(on bytes: [UInt8], _ log: RequestLog) -> [ProxyAct] {
        received += String(decoding: bytes, as: UTF8.self)
        guard received.hasSuffix("\r\n\r\n") else { return [] }
        let head = received
        log.requests.withLock { $0.append(head) }
        if let refusal {
            return [.refuse(Array("\(refusal)\r\nContent-Length: 0\r\n\r\n".utf8))]
        }
        let authority = head.split(separator: " ").dropFirst().first ?? ""
        let port = authority.split(separator: ":").last.flatMap { Int($0) } ?? 0
        let granted = "HTTP/1.1 200 Connection established\r\n\r\n"
        return [.connect(port: port, granted: Array(granted.utf8))]
    }
}

/// A SOCKS proxy of version 5 (RFC 1928) without authentication; what it notes are hosts and ports.
struct SocksDialect: ProxyDialect {
    private var received: [UInt8] = []
    private var isGreeted = false

    mutating func acts(on bytes: [UInt8], _ log: RequestLog) -> [ProxyAct] {
        received += bytes
        var acts: [ProxyAct] = []
        if !isGreeted {
            guard received.count >= 2, received.count >= 2 + Int(received[1]) else { return [] }
            received.removeFirst(2 + Int(received[1]))
            isGreeted = true
            acts.append(.answer([5, 0]))
        }
        // CONNECT to a name: version, command, reserved, kind, length, name, port.
        guard received.count >= 5, received.count >= 7 + Int(received[4]) else { return acts }
        let end = 5 + Int(received[4])
        let name = String(decoding: received[5..<end], as: UTF8.self)
        let port = Int(received[end]) << 8 | Int(received[end + 1])
        log.requests.withLock { $0.append("\(name):\(port)") }
        return acts + [.connect(port: port, granted: [5, 0, 0, 1, 0, 0, 0, 0, 0, 0])]
    }
}
