import Clocks
import HTTPTransport
import HTTPTransportNIO
import Testing

@Suite struct NIOTransportTests {
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nX-A: 2\r\n\r\nhi"

    @Test func `an answer comes back with its status, its headers and its body`() async throws {
        try await serve(.answer(ok)) { server, transport in
            let request = HTTPRequest(
                method: "PATCH",
                target: "/a/b?c=%2F",
                headers: ["Content-Type": "application/json"],
                body: Array("{\"a\":\"/\"}".utf8)
            )
            let response = try await transport.send(request, timeout: .seconds(5))
            #expect(response.status == 200)
            #expect(response.headers.values(of: "x-a") == ["1", "2"])
            #expect(try await response.body.collect(sizeMax: 10) == Array("hi".utf8))
            let received = try #require(server.requests.first)
            #expect(received.hasPrefix("PATCH /a/b?c=%2F HTTP/1.1\r\n"))
            #expect(received.hasSuffix("\r\n\r\n{\"a\":\"/\"}"))
            #expect(received.lowercased().contains("host: 127.0.0.1:\(server.port)\r\n"))
        }
    }

    @Test func `a refused connection was surely not sent`() async throws {
        let server = try await ByteServer(.silence)
        let port = server.port
        try await server.stop()
        try await with(HTTPSite(origin: origin(port))) { transport in
            let error = await failure(transport)
            guard case .notSent = error else {
                Issue.record("\(error?.description ?? "no error")")
                return
            }
        }
    }

    @Test func `a name that does not resolve was surely not sent`() async throws {
        let site = HTTPSite(origin: HTTPOrigin(scheme: .http, host: "no-such-name.invalid"))
        try await with(site) { transport in
            guard case .notSent(let reason) = await failure(transport) else {
                Issue.record("it was sent")
                return
            }
            #expect(reason.contains("no-such-name.invalid"))
        }
    }

    @Test(arguments: ["GET", "POST"])
    func `a reset before the answer may have been sent and is not repeated`(
        method: String
    ) async throws {
        try await serve(.reset) { server, transport in
            let error = await failure(transport, method: method)
            guard case .broken = error else {
                Issue.record("\(error?.description ?? "no error")")
                return
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a reset after the head breaks the body`() async throws {
        let half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
        try await serve(.answerAndClose(half)) { _, transport in
            let response = try await transport.send(get, timeout: .seconds(5))
            #expect(response.status == 200)
            await #expect {
                try await response.body.collect(sizeMax: 100)
            } throws: { error in
                if case .broken = error as? TransportError { true } else { false }
            }
        }
    }

    @Test func `silence ends with the deadline and may have been sent`() async throws {
        try await serve(.silence) { server, transport in
            let error = await failure(transport, timeout: .milliseconds(200))
            #expect(error == .timedOut(after: .milliseconds(200)))
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a cancelled task stops waiting`() async throws {
        try await serve(.silence) { _, transport in
            let error = await withTaskGroup(of: TransportError?.self) { group in
                group.addTask { await failure(transport) }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error == .cancelled)
        }
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        try await serve(.answer(ok)) { elsewhere, _ in
            let location = "http://127.0.0.1:\(elsewhere.port)/stolen"
            let redirect =
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
            try await serve(.answer(redirect)) { _, transport in
                var request = get
                request.headers["Authorization"] = "Bearer secret"
                let response = try await transport.send(request, timeout: .seconds(5))
                #expect(response.status == 307)
                _ = try await response.body.collect(sizeMax: 10)
            }
            #expect(elsewhere.requests.isEmpty)
        }
    }

    @Test func `a large body arrives whole and a limit refuses it`() async throws {
        let byteCount = 3_000_001
        try await serve(.stream(byteCount: byteCount)) { _, transport in
            let response = try await transport.send(get, timeout: .seconds(5))
            let body = try await response.body.collect(sizeMax: byteCount)
            #expect(body.count == byteCount)
            #expect(body.allSatisfy { $0 == 0x61 })
            let second = try await transport.send(get, timeout: .seconds(5))
            await #expect(throws: HTTPBodyTooLarge.self) {
                try await second.body.collect(sizeMax: byteCount - 1)
            }
        }
    }

    @Test func `a reader that does not read holds the server back`() async throws {
        let byteCount = 512 << 20
        try await serve(.stream(byteCount: byteCount)) { server, transport in
            let response = try await transport.send(get, timeout: .seconds(5))
            try await SystemTime().sleep(for: .milliseconds(300))
            let written = server.bytesWritten
            #expect(written > 0)
            #expect(written < 64 << 20, "the server could write \(written) bytes to nobody")
            _ = response
        }
    }

    @Test func `many requests are in flight at once, each on its own connection`() async throws {
        try await serve(.silence) { server, transport in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask { _ = await failure(transport, timeout: .seconds(30)) }
                }
                let time = SystemTime()
                let end = time.uptime + .seconds(30)
                while server.requests.count < 40, time.uptime < end {
                    do { try await time.sleep(for: .milliseconds(10)) } catch { break }
                }
                #expect(server.requests.count == 40)
                group.cancelAll()
            }
        }
    }

    @Test(arguments: ["a", "/a b", "/a\r\nX: y", "/é"])
    func `a target that is no path is not sent`(target: String) async throws {
        try await serve(.answer(ok)) { server, transport in
            do throws(TransportError) {
                _ = try await transport.send(
                    HTTPRequest(method: "GET", target: target),
                    timeout: .seconds(5)
                )
                Issue.record("it was sent")
            } catch {
                guard case .notSent = error else {
                    Issue.record("\(error)")
                    return
                }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a transport that was shut down sends nothing`() async throws {
        let server = try await ByteServer(.answer(ok))
        let transport = try NIOTransport(HTTPSite(origin: origin(server.port)))
        try await transport.shutdown()
        guard case .notSent = await failure(transport) else {
            Issue.record("it was sent")
            return
        }
        try await server.stop()
    }
}
