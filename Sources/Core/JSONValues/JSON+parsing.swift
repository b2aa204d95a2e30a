/// Why a text is not the JSON that was expected, and at which byte.
package struct JSONParseError: Error, Equatable, CustomStringConvertible {
    /// Counted from 0.
    package let offset: Int
    /// What is wrong, without a full stop and without the text itself, which may be a secret.
    package let problem: String

    package var description: String { "\(problem) at byte \(offset)" }
}

extension JSON {
    /// What the parser lets pass.
    ///
    /// The defaults are those of a Go server.
    package struct ParseLimits: Sendable {
        /// How deep lists and objects may nest; deeper input is refused, not followed.
        package var depthMax = 512
        /// Whether a key that stands twice in one object is refused; else the last one wins.
        package var refusesDuplicateKeys = false

        package init(depthMax: Int = 512, refusesDuplicateKeys: Bool = false) {
            self.depthMax = depthMax
            self.refusesDuplicateKeys = refusesDuplicateKeys
        }
    }

    /// Reads exactly one value; anything but white space behind it is an error.
    package static func parse(
        _ bytes: [UInt8],
        limits: ParseLimits = ParseLimits()
    ) throws(JSONParseError) -> JSON {
        do {
            return try bytes.withUnsafeBufferPointer { buffer in
                var parser = JSONParser(bytes: buffer, limits: limits)
                return try parser.document()
            }
        } catch let error as JSONParseError {
            throw error
        } catch {
            preconditionFailure("the parser throws its own errors only: \(error)")
        }
    }

    /// The same, with the path of each key that stands twice in one object, in the order met.
    ///
    /// The last one of them wins. Paths are as a Go server writes them: `spec.ports[0].name`.
    package static func parse(
        _ bytes: [UInt8],
        duplicates: inout [String]
    ) throws(JSONParseError) -> JSON {
        do {
            let (value, found) = try bytes.withUnsafeBufferPointer { buffer in
                var parser = JSONParser(bytes: buffer, limits: ParseLimits(), path: "")
                return (try parser.document(), parser.duplicates)
            }
            duplicates += found
            return value
        } catch let error as JSONParseError {
            throw error
        } catch {
            preconditionFailure("the parser throws its own errors only: \(error)")
        }
    }

    package static func parse(
        _ text: String,
        limits: ParseLimits = ParseLimits()
    ) throws(JSONParseError) -> JSON {
        try parse(Array(text.utf8), limits: limits)
    }
}
