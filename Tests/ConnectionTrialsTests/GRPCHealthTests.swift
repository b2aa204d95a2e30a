import ConnectionTrials
import Testing

/// What is asked of gRPC servers, and what they answer.
@Suite struct GRPCHealthTests {
    /// What grpcio 1.85.1 (the C core) answered to the question, in the hexadecimal digits of `od`.
    static let recorded: [String: String] = [
        "serving": head + "000007000000000001000000000208" + "01" + tail,
        "notServing": head + "000007000000000001000000000208" + "02" + tail,
        // It does not know the service: a message without a status, and NOT_FOUND behind it.
        "unknown": head + "0000050000000000010000000000" + tail.replacing("0130", with: "0135"),
    ]

    private static let head =
        "000018040000000000000400400000000500400000000600004000fe0300000001000004"
        + "080000000000003f00010000000401000000000000040800000000000000000f00000806"
        + "0000000000e4d0864d767dea0600004e01040000000188400c636f6e74656e742d747970"
        + "65106170706c69636174696f6e2f677270634014677270632d6163636570742d656e636f"
        + "64696e67176964656e746974792c206465666c6174652c20677a6970"
    private static let tail =
        "00001e010500000001400b677270632d7374617475730130000c677270632d6d65737361"
        + "676500"

    private func status(_ digits: String) -> GRPCHealth.Status {
        let report = "0 s 12 \(digits)\n"
        let target = ConnectionTarget(host: "a", port: 1, speech: .grpcHealth(service: ""))
        #expect(ConnectionTarget(target.text) == target)
        let numbers = digits.compactMap(\.hexDigitValue)
        let bytes = stride(from: 0, to: numbers.count - 1, by: 2).map {
            UInt8(numbers[$0] * 16 + numbers[$0 + 1])
        }
        #expect(ConnectionAnswer.report([.said(bytes, milliseconds: 12)]) == report)
        return GRPCHealth.status(in: bytes)
    }

    @Test func `what a server says of a service is read out of its frames`() throws {
        #expect(status(try #require(Self.recorded["serving"])) == .serving)
        #expect(status(try #require(Self.recorded["notServing"])) == .notServing)
        #expect(status(try #require(Self.recorded["unknown"])) == .unknown)
        #expect(GRPCHealth.status(in: GRPCHealth.servingAnswer) == .serving)
    }

    @Test func `what is cut off or no HTTP 2 is told apart`() throws {
        // Cut off before the message: the service is not known to serve.
        #expect(status(String(try #require(Self.recorded["serving"]).prefix(100))) == .unknown)
        #expect(GRPCHealth.status(in: Array("HTTP/1.1 400 Bad Request".utf8)) == .unspoken)
        #expect(GRPCHealth.status(in: []) == .unspoken)
    }

    @Test func `the question is that of grpc health v1, in frames of HTTP 2`() {
        let question = GRPCHealth.question(service: "shop.Orders", authority: "orders:80")
        let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        #expect(question.starts(with: preface + [0, 0, 0, 4, 0, 0, 0, 0, 0]))
        let message: [UInt8] = [0, 0, 0, 0, 13, 0x0a, 11] + Array("shop.Orders".utf8)
        // DATA, the end of stream 1.
        #expect(question.suffix(27) == [0, 0, 18, 0, 1, 0, 0, 0, 1] + message)
    }
}
