import JSONValues

/// A refusal of the API server: a `Status` object, or what stands for one where none was sent.
package struct APIStatus: Sendable, Hashable {
    /// One of several things that a `Status` complains of.
    package struct Cause: Sendable, Hashable {
        /// The server's word: `FieldManagerConflict`, `FieldValueInvalid`.
        package let reason: String
        /// The server's sentence.
        package let message: String
        /// The path of the field (`.spec.replicas`), empty where it names none.
        package let field: String
    }

    /// What was asked.
    package let call: APICall
    /// The HTTP status, or the code of an error inside a watch.
    package let code: Int
    /// The server's word for it (`NotFound`, `Conflict`, …), empty where it gave none.
    package let reason: String
    /// The server's sentence, or the beginning of a page that a proxy sent.
    package let message: String
    /// In the server's order.
    package let causes: [Cause]
    /// How long the server asks us to wait.
    package let retryAfter: Duration?
    /// Whether the request had been sent before and that attempt got no clear answer.
    ///
    /// Then an `AlreadyExists` may speak of what this very call has made.
    package let isAfterRepetition: Bool

    /// Whether a quota stands in the way only because it is so new that nobody has counted yet what
    /// it bounds: a moment later the same request is let in.
    package var isQuotaUncounted: Bool {
        code == 403 && message.contains(" is forbidden: status unknown for quota: ")
    }
}

extension APIStatus {
    /// Reads the body of a refusal; a body that is no `Status` (a proxy's page) is quoted in short.
    init(
        call: APICall,
        code: Int,
        answer: RawAnswer,
        retryAfter: Duration?,
        isAfterRepetition: Bool = false
    ) {
        let parsed: JSON?
        do {
            parsed = try answer.document()
        } catch {
            parsed = nil
        }
        if let parsed, parsed["kind"] == "Status" {
            self.init(
                call: call,
                code: code,
                object: parsed,
                retryAfter: retryAfter,
                isAfterRepetition: isAfterRepetition
            )
        } else {
            self.init(
                call: call,
                code: code,
                object: ["message": .string(APIStatus.excerpt(of: answer.body))],
                retryAfter: retryAfter,
                isAfterRepetition: isAfterRepetition
            )
        }
    }

    /// `code` wins over the one in `object` where both are there: it is what was acted upon.
    init(
        call: APICall,
        code: Int?,
        object: JSON,
        retryAfter: Duration?,
        isAfterRepetition: Bool = false
    ) {
        let details = object["details"]
        self.call = call
        self.code = code ?? object["code"]?.int ?? 0
        reason = object["reason"]?.string ?? ""
        message = object["message"]?.string ?? ""
        causes = (details?["causes"]?.array ?? []).map { cause in
            Cause(
                reason: cause["reason"]?.string ?? "",
                message: cause["message"]?.string ?? "",
                field: cause["field"]?.string ?? ""
            )
        }
        let seconds = details?["retryAfterSeconds"]?.int.flatMap { $0 > 0 ? $0 : nil }
        self.retryAfter = retryAfter ?? seconds.map { .seconds($0) }
        self.isAfterRepetition = isAfterRepetition
    }

    /// At most 200 printable characters of a text that somebody else than an API server wrote.
    private static func excerpt(of body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(400), as: UTF8.self)
        let printable = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        let words = String(printable).split(separator: " ").joined(separator: " ")
        return words.isEmpty ? "the answer has no body" : "\"\(words.prefix(200))\""
    }
}

extension APIStatus: CustomStringConvertible {
    /// The call, the code and the server's sentence, on one line.
    package var description: String {
        let name = reason.isEmpty ? "" : " \(reason)"
        return "\(call): answered \(code)\(name): \(message)"
    }
}
