import HTTPTransport

/// Another's credentials, with the wish to be treated as somebody else.
struct ImpersonatingCredentials: CredentialSource {
    private let base: any CredentialSource
    private let fields: [Credential.Field]

    init(base: any CredentialSource, impersonation: Impersonation) {
        self.base = base
        var fields: [Credential.Field] = []
        if let user = impersonation.user {
            fields.append(Credential.Field(name: "Impersonate-User", value: user))
        }
        if let uid = impersonation.uid {
            fields.append(Credential.Field(name: "Impersonate-Uid", value: uid))
        }
        for group in impersonation.groups {
            fields.append(Credential.Field(name: "Impersonate-Group", value: group))
        }
        for (key, values) in impersonation.extra.sorted(by: { $0.key < $1.key }) {
            let name = "Impersonate-Extra-" + ImpersonatingCredentials.escaped(key.lowercased())
            for value in values { fields.append(Credential.Field(name: name, value: value)) }
        }
        self.fields = fields
    }

    func credential() async throws(CredentialError) -> Credential {
        let credential = try await base.credential()
        return Credential(
            fields: credential.fields.reveal() + fields,
            identity: credential.identity
        )
    }

    func refused(_ credential: Credential) async {
        await base.refused(plain(credential))
    }

    /// The credential as the base gave it.
    private func plain(_ credential: Credential) -> Credential {
        Credential(
            fields: Array(credential.fields.reveal().dropLast(fields.count)),
            identity: credential.identity
        )
    }

    /// Bytes that cannot stand in a header's name are percent-encoded, the percent sign too.
    private static func escaped(_ key: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let marks = Set("!#$&'*+-.^_`|~".utf8)
        var escaped: [UInt8] = []
        for byte in key.utf8 {
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x41...0x5A: escaped.append(byte)
            default:
                if marks.contains(byte) {
                    escaped.append(byte)
                } else {
                    escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
