import JSONValues

/// The patch of RFC 6902, as a Kubernetes server applies it.
///
/// A server uses `gopkg.in/evanphx/json-patch.v4`; its texts are kept, and so are its habits that
/// stray from the RFC: `replace` of an absent member adds it, `test` of an absent member against
/// null holds, and negative indices count from the end.
package struct JSONPatch: Sendable, Hashable {
    /// One step.
    ///
    /// What it lacks is found out when its turn comes, as on a server.
    package struct Operation: Sendable, Hashable {
        /// `add`, `remove`, `replace`, `move`, `copy` or `test`; anything else fails in its turn.
        package let kind: String
        /// Where it acts, as a pointer of RFC 6901.
        package let path: String?
        /// Where `move` and `copy` take from.
        package let from: String?
        /// What is put there, or compared with; null is a value.
        package let value: JSON?

        package init(_ kind: String, _ path: String?, from: String? = nil, value: JSON? = nil) {
            self.kind = kind
            self.path = path
            self.from = from
            self.value = value
        }
    }

    /// Why a patch cannot be read or does not apply.
    ///
    /// Nothing is changed then.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// The document is no list of operations: a 400.
        case malformed(String)
        /// An operation does not fit the object: a 422.
        case inapplicable(String)

        package var description: String {
            switch self {
            case .malformed(let text), .inapplicable(let text): text
            }
        }
    }

    /// In the order in which they are made.
    package let operations: [Operation]

    /// Reads a list of operations; what each of them lacks is found out when it is applied.
    package init(document: JSON) throws(Failure) {
        guard case .array(let elements) = document else {
            throw .malformed(
                "json: cannot unmarshal \(Self.goKind(document)) "
                    + "into Go value of type jsonpatch.Patch"
            )
        }
        var operations: [Operation] = []
        for element in elements {
            guard case .object(let members) = element else {
                throw .malformed(
                    "json: cannot unmarshal \(Self.goKind(element)) "
                        + "into Go value of type jsonpatch.Operation"
                )
            }
            operations.append(
                Operation(
                    members["op"]?.string ?? "unknown",
                    members["path"]?.string,
                    from: members["from"]?.string,
                    value: members["value"]
                )
            )
        }
        self.operations = operations
    }

    /// What `target` becomes when all operations apply; the first that does not is thrown.
    package func apply(to target: JSON) throws(Failure) -> JSON {
        var document = target
        for operation in operations {
            do {
                try Self.perform(operation, on: &document)
            } catch let problem as JSONPointer.Problem {
                throw .inapplicable(problem.text)
            } catch {
                throw .inapplicable("\(error)")
            }
        }
        return document
    }

    private static func goKind(_ value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

// MARK: - The operations

extension JSONPatch {
    private static func perform(_ operation: Operation, on document: inout JSON) throws {
        switch operation.kind {
        case "add": try add(operation, to: &document)
        case "remove": try remove(operation, from: &document)
        case "replace": try replace(operation, in: &document)
        case "move": try move(operation, in: &document)
        case "test": try test(operation, on: document)
        case "copy": try copy(operation, in: &document)
        default: throw JSONPointer.Problem("Unexpected kind: \(operation.kind)")
        }
    }

    private static func add(_ operation: Operation, to document: inout JSON) throws {
        guard let path = operation.path else {
            throw JSONPointer.Problem("add operation failed to decode path: missing value")
        }
        let value = operation.value ?? .null
        try JSONPointer(path).mutateParent(
            in: &document,
            missing:
                "add operation does not apply: doc is missing path: \"\(path)\": missing value",
            failing: "error in add for path: '\(path)': "
        ) { parent, key throws(JSONPointer.Problem) in try parent.insert(value, at: key) }
    }

    private static func remove(_ operation: Operation, from document: inout JSON) throws {
        guard let path = operation.path else {
            throw JSONPointer.Problem("remove operation failed to decode path: missing value")
        }
        try JSONPointer(path).mutateParent(
            in: &document,
            missing:
                "remove operation does not apply: doc is missing path: \"\(path)\": missing value",
            failing: "error in remove for path: '\(path)': "
        ) { parent, key throws(JSONPointer.Problem) in _ = try parent.extract(at: key) }
    }

    private static func replace(_ operation: Operation, in document: inout JSON) throws {
        guard let path = operation.path else {
            throw JSONPointer.Problem(
                "replace operation failed to decode path: "
                    + "operation missing path field: missing value"
            )
        }
        let value = operation.value ?? .null
        if path.isEmpty {
            guard value.object != nil || value.array != nil else {
                throw JSONPointer.Problem("replace operation value must be object or array")
            }
            document = value
            return
        }
        try JSONPointer(path).mutateParent(
            in: &document,
            missing:
                "replace operation does not apply: doc is missing path: \(path): missing value",
            failing: ""
        ) { parent, key throws(JSONPointer.Problem) in
            do {
                try parent.replace(value, at: key)
            } catch {
                throw JSONPointer.Problem(
                    "replace operation does not apply: doc is missing key: \(path): missing value"
                )
            }
        }
    }

    private static func move(_ operation: Operation, in document: inout JSON) throws {
        guard let from = operation.from else {
            throw JSONPointer.Problem(
                "move operation failed to decode from: "
                    + "operation, missing from field: missing value"
            )
        }
        let source = JSONPointer(from)
        var value = JSON.null
        try source.mutateParent(
            in: &document,
            missing:
                "move operation does not apply: doc is missing from path: \(from): missing value",
            failing: "error in move for path: '\(source.key)': "
        ) { parent, key throws(JSONPointer.Problem) in value = try parent.extract(at: key) }
        guard let path = operation.path else {
            throw JSONPointer.Problem(
                "move operation failed to decode path: operation missing path field: missing value"
            )
        }
        try JSONPointer(path).mutateParent(
            in: &document,
            missing: "move operation does not apply: "
                + "doc is missing destination path: \(path): missing value",
            failing: "error in move for path: '\(path)': "
        ) { parent, key throws(JSONPointer.Problem) in try parent.insert(value, at: key) }
    }

    private static func test(_ operation: Operation, on document: JSON) throws {
        guard let path = operation.path else {
            throw JSONPointer.Problem(
                "test operation failed to decode path: operation missing path field: missing value"
            )
        }
        let expected = operation.value ?? .null
        let observed: JSON
        if path.isEmpty {
            observed = document
        } else {
            observed = try JSONPointer(path).value(
                in: document,
                missing: "test operation does not apply: is missing path: \(path): missing value",
                failing: "error in test for path: '\(path)': "
            )
        }
        guard observed == expected else {
            throw JSONPointer.Problem("testing value \(path) failed: test failed")
        }
    }

    private static func copy(_ operation: Operation, in document: inout JSON) throws {
        guard let from = operation.from else {
            throw JSONPointer.Problem(
                "copy operation failed to decode from: "
                    + "operation, missing from field: missing value"
            )
        }
        let value = try JSONPointer(from).value(
            in: document,
            missing:
                "copy operation does not apply: doc is missing from path: \(from): missing value",
            failing: "error in copy for from: '\(from)': "
        )
        guard let path = operation.path else {
            throw JSONPointer.Problem("copy operation failed to decode path: missing value")
        }
        try JSONPointer(path).mutateParent(
            in: &document,
            missing: "copy operation does not apply: "
                + "doc is missing destination path: \(path): missing value",
            failing: "error while adding value during copy: "
        ) { parent, key throws(JSONPointer.Problem) in try parent.insert(value, at: key) }
    }
}
