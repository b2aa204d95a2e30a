/// An IPv4 address of the twin's own network.
package struct TwinAddress: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The first octet in the highest byte.
    package let bits: UInt32

    /// Takes the four octets as they are written.
    package init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        bits = UInt32(first) << 24 | UInt32(second) << 16 | UInt32(third) << 8 | UInt32(fourth)
    }

    /// Nil when `text` is not four decimal octets.
    package init?(_ text: String) {
        var bits: UInt32 = 0
        let octets = text.split(separator: ".", omittingEmptySubsequences: false)
        guard octets.count == 4 else { return nil }
        for octet in octets {
            guard let value = UInt8(octet), octet.utf8.first != 0x2B else { return nil }
            bits = bits << 8 | UInt32(value)
        }
        self.bits = bits
    }

    package var description: String {
        "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
    }

    package static func < (left: TwinAddress, right: TwinAddress) -> Bool {
        left.bits < right.bits
    }
}

/// An address and a port of the twin's own network: what is dialled.
package struct TwinEndpoint: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Who is dialled.
    package let address: TwinAddress
    /// At which port.
    package let port: Int

    package init(_ address: TwinAddress, port: Int) {
        self.address = address
        self.port = port
    }

    package var description: String { "\(address):\(port)" }

    package static func < (left: TwinEndpoint, right: TwinEndpoint) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }
}
