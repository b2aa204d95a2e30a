import JSONValues

/// Where a list goes on, in the form that real servers use.
///
/// It is base64 of JSON; a revision of -1 says that the rest is shown as it is now.
struct ContinueToken: Sendable, Equatable {
    let revision: Int
    /// The last key that was shown.
    let start: String

    init(revision: Int, start: String) {
        self.revision = revision
        self.start = start
    }

    init(text: String) throws(APIStatusError) {
        guard let bytes = Base64.decoded(text, alphabet: .url) else {
            throw .badRequest(
                "invalid continue token: continue key is not valid: illegal base64 data"
            )
        }
        let document: JSON
        do throws(JSONParseError) {
            document = try JSON.parse(bytes)
        } catch {
            throw .badRequest(
                "invalid continue token: continue key is not valid: \(GoJSONError.text(of: bytes))"
            )
        }
        guard document["v"]?.string == "meta.k8s.io/v1" else {
            throw .badRequest(
                "invalid continue token: continue key is not valid: server does not recognize this encoded version \""
                    + (document["v"]?.string ?? "") + "\""
            )
        }
        guard let revision = document["rv"]?.int, revision != 0 else {
            throw .badRequest(
                "invalid continue token: continue key is not valid: incorrect encoded start resourceVersion "
                    + "(version meta.k8s.io/v1)"
            )
        }
        guard let start = document["start"]?.string, !start.isEmpty else {
            throw .badRequest(
                "invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)"
            )
        }
        self.revision = revision
        self.start = start.hasSuffix("\0") ? String(start.dropLast()) : start
    }

    var text: String {
        let document: JSON = [
            "v": "meta.k8s.io/v1", "rv": .int(revision), "start": .string(start + "\0"),
        ]
        return Base64.encoded(document.encoded(), alphabet: .url)
    }
}
