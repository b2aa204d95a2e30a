/// Reads YAML, and JSON, which is YAML.
package enum YAMLDocuments {
    /// Every document of a stream that holds something: `---` before an empty one is no document.
    ///
    /// Keys that stand twice are refused, as are aliases that would multiply, documents deeper or
    /// larger than `limits`, tags that JSON has no value for, and keys that are no scalars. `file` is
    /// what errors call the text.
    package static func parse(
        _ bytes: [UInt8],
        file: String? = nil,
        limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> [YAMLNode] {
        guard bytes.count <= limits.sizeMax else {
            throw YAMLError(
                file: file,
                place: YAMLPlace(line: 1, column: 1),
                problem:
                    "the text has \(bytes.count) bytes; more than \(limits.sizeMax) are refused"
            )
        }
        do {
            return try bytes.withUnsafeBufferPointer { buffer in
                let events = YAMLEvents(reading: buffer)
                defer { events.close() }
                var loader = YAMLLoader(events: events, limits: limits)
                return try loader.documents()
            }
        } catch let failure as YAMLFailure {
            throw YAMLError(file: file, place: failure.place, problem: failure.problem)
        } catch {
            preconditionFailure("the loader throws its own failures only: \(error)")
        }
    }

    /// The same for a text.
    package static func parse(
        _ text: String,
        file: String? = nil,
        limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> [YAMLNode] {
        try parse(Array(text.utf8), file: file, limits: limits)
    }
}

/// A `YAMLError` that does not know its file yet.
struct YAMLFailure: Error {
    let place: YAMLPlace
    let problem: String
}
