import Sealing
import Testing

@Suite struct SealingTests {
    @Test func `the digest of a known text is the known digest`() {
        #expect(
            Digest(of: Array("abc".utf8)).hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
    }

    @Test func `a sealed value opens with its key and context and with no other`() throws {
        let key = SealingKey()
        let sealed = try key.seal([1, 2, 3], context: "step 1")
        #expect(try key.open(sealed, context: "step 1") == [1, 2, 3])
        #expect(throws: (any Error).self) { try key.open(sealed, context: "step 2") }
        #expect(throws: (any Error).self) { try SealingKey().open(sealed, context: "step 1") }
        var broken = sealed
        broken[broken.count / 2] ^= 1
        #expect(throws: (any Error).self) { try key.open(broken, context: "step 1") }
    }

    @Test func `a key shows nothing of itself`() {
        let key = SealingKey()
        #expect("\(key)" == "<redacted>")
        #expect(Mirror(reflecting: key).children.isEmpty)
    }
}
