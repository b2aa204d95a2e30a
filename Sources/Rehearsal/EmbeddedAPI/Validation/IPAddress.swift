/// An address as Go's `net.ParseIP` reads it, with what validation asks of it.
struct IPAddress: Hashable, Sendable {
    /// Four bytes, or sixteen.
    let bytes: [UInt8]

    /// Nil when `text` is no address.
    init?(_ text: String) {
        if text.contains(":") {
            guard let bytes = Self.version6(text) else { return nil }
            self.bytes = bytes
        } else {
            guard let bytes = Self.version4(text) else { return nil }
            self.bytes = bytes
        }
    }

    var isVersion4: Bool { bytes.count == 4 }

    var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

    var isLoopback: Bool {
        isVersion4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    var isLinkLocal: Bool {
        isVersion4
            ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    }

    var isLinkLocalMulticast: Bool {
        isVersion4
            ? bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0
            : bytes[0] == 0xFF && bytes[1] & 0x0F == 2
    }

    /// What is wrong with it as an endpoint (`ValidateNonSpecialIP`), for the field `field`.
    func problemsAsEndpoint(_ field: String, _ text: String) -> [FieldError] {
        var errors: [FieldError] = []
        if isUnspecified {
            errors.append(
                .invalid(field, text, "may not be unspecified (\(isVersion4 ? "0.0.0.0" : "::"))")
            )
        }
        if isLoopback {
            errors.append(
                .invalid(field, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)")
            )
        }
        if isLinkLocal {
            errors.append(
                .invalid(
                    field,
                    text,
                    "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
                )
            )
        }
        if isLinkLocalMulticast {
            errors.append(
                .invalid(
                    field,
                    text,
                    "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
                )
            )
        }
        return errors
    }

    static let validText = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"

    /// What is wrong with `text` as an address at all.
    static func problems(of text: String, _ field: String) -> [FieldError] {
        IPAddress(text) == nil ? [.invalid(field, text, validText)] : []
    }

    /// What is wrong with `text` as a range of addresses.
    static func problems(ofRange text: String, _ field: String) -> [FieldError] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let address = IPAddress(String(parts[0])), let bits = Int(parts[1]),
            (0...address.bytes.count * 8).contains(bits)
        {
            return []
        }
        return [
            .invalid(
                field,
                text,
                "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
            )
        ]
    }

    private static func version4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let byte = UInt8(part),
                part.count == 1 || part.first != "0"
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: String) -> [UInt8]? {
        let halves = text.components(separatedBy: "::")
        guard halves.count <= 2 else { return nil }
        guard let head = groups(halves[0]) else { return nil }
        guard halves.count == 2 else { return head.count == 16 ? head : nil }
        guard let tail = groups(halves[1]), head.count + tail.count <= 14 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: String) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.contains("."), index == parts.count - 1 {
                guard let quad = version4(String(part)) else { return nil }
                bytes += quad
                continue
            }
            guard (1...4).contains(part.count), let group = UInt16(part, radix: 16),
                part.utf8.allSatisfy({ $0 != UInt8(ascii: "+") })
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }
}

extension String {
    /// The parts between each occurrence of `separator`, empty ones too.
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
