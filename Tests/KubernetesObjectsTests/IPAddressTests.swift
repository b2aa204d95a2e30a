import KubernetesObjects
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("10.0.0.1", [10, 0, 0, 1]), ("::ffff:10.0.0.1", [10, 0, 0, 1]),
        ("::1", [UInt8](repeating: 0, count: 15) + [1]),
        ("2001:db8::7", [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7]),
    ])
    func `an address is read as Go reads it`(text: String, bytes: [UInt8]) {
        #expect(IPAddress(text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.01", "10.0.0.256", "10.0.0.1/8", "[::1]", "fe80::1%eth0", "1::2::3",
        ":::", "12345::", "+1::",
    ])
    func `what is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `an address of IPv4 is of IPv4 however it is written`() throws {
        let mapped = try #require(IPAddress("::ffff:127.0.0.1"))
        #expect(mapped.isVersion4)
        #expect(mapped.isLoopback)
    }
}
