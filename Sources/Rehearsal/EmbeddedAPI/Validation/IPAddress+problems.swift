import KubernetesObjects

extension IPAddress {
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
}
