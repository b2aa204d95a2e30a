import JSONValues

/// Who owns which fields of an object: `metadata.managedFields`, read.
package struct ManagedFields: Sendable, Hashable {
    /// By which kind of write a manager came to own its fields.
    package enum Operation: String, Sendable, Hashable {
        case apply = "Apply"
        case update = "Update"
    }

    /// Whom an entry belongs to.
    ///
    /// One manager has an entry for each way in which it writes.
    package struct Manager: Sendable, Hashable, Comparable {
        /// As the writer called itself: `kubectl-client-side-apply`.
        package let name: String
        /// How it writes.
        package let operation: Operation
        /// Of the fields; for Apply it is not what tells managers apart.
        package let apiVersion: String
        /// `status`, `scale` and their like; empty for the object itself.
        package let subresource: String

        package init(
            name: String,
            operation: Operation,
            apiVersion: String,
            subresource: String = ""
        ) {
            self.name = name
            self.operation = operation
            self.apiVersion = apiVersion
            self.subresource = subresource
        }

        /// As a conflict names it: `"kubectl-client-side-apply" using apps/v1`.
        package var printed: String {
            var text = JSON.string(name).text()
            if !subresource.isEmpty {
                text += " with subresource \(JSON.string(subresource).text())"
            }
            return operation == .update ? "\(text) using \(apiVersion)" : text
        }

        /// Whether both stand for the same entry.
        func isSame(as other: Manager) -> Bool {
            name == other.name && operation == other.operation && subresource == other.subresource
                && (operation == .apply || apiVersion == other.apiVersion)
        }

        package static func < (left: Manager, right: Manager) -> Bool {
            (left.name, left.operation.rawValue, left.apiVersion, left.subresource)
                < (right.name, right.operation.rawValue, right.apiVersion, right.subresource)
        }
    }

    /// One manager's fields and when it last changed them.
    package struct Entry: Sendable, Hashable {
        /// Whose the entry is.
        package var manager: Manager
        /// What it owns.
        package var fields: FieldSet
        /// RFC 3339 with seconds; absent where a server never set it.
        package var time: String?

        package init(manager: Manager, fields: FieldSet, time: String? = nil) {
            self.manager = manager
            self.fields = fields
            self.time = time
        }
    }

    /// In no order that means anything.
    package var entries: [Entry]

    package init(entries: [Entry] = []) {
        self.entries = entries
    }

    /// Reads the list; throws with a server's text when an entry is malformed.
    package init(json: [JSON]) throws(FieldSet.ParseError) {
        entries = []
        for (index, element) in json.enumerated() {
            entries.append(try Entry(json: element, index: index))
        }
    }

    /// What an object carries.
    ///
    /// A list that cannot be read counts as none, as on a server.
    package init(of object: JSON?) {
        do { try self.init(json: object?.managedFields ?? []) } catch { self.init() }
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// As an object carries it.
    package var json: [JSON] { sorted.map(\.json) }

    /// Sorted as a server sorts: Apply first, then by time, then by name.
    var sorted: [Entry] {
        entries.sorted { left, right in
            (
                left.manager.operation.rawValue, left.time ?? "", left.manager.name,
                left.manager.apiVersion, left.manager.subresource
            )
                < (
                    right.manager.operation.rawValue, right.time ?? "", right.manager.name,
                    right.manager.apiVersion, right.manager.subresource
                )
        }
    }

    /// What one manager owns; nil when it owns nothing, and setting nil takes all from it.
    ///
    /// For Apply a manager is the same one in whatever version it wrote.
    package subscript(manager: Manager) -> Entry? {
        get { entries.first { $0.manager.isSame(as: manager) } }
        set {
            entries.removeAll { $0.manager.isSame(as: manager) }
            if let newValue { entries.append(newValue) }
        }
    }

    /// All managers that own `path`, sorted.
    package func owners(of path: [FieldElement]) -> [Manager] {
        entries.filter { $0.fields.contains(path) }.map(\.manager).sorted()
    }

    /// Whether a request asks to forget all managers: an empty list, or one empty entry.
    package static func isReset(_ list: [JSON]?) -> Bool {
        guard let list else { return false }
        return list.isEmpty || list == [.emptyObject]
    }

    /// The later object with the earlier one's managed fields, if only their times differ.
    ///
    /// A server keeps an object as it is when nothing but such a time would change.
    package static func withoutIdleTimes(_ after: JSON, since before: JSON) -> JSON {
        guard after != before else { return after }
        func timeless(_ object: JSON) -> [JSON] {
            object.managedFields.map { entry in
                var entry = entry
                entry["time"] = nil
                return entry
            }
        }
        let isIdle =
            isSameBesideManagedFields(after, before)
            && Set(timeless(after)) == Set(timeless(before))
        return isIdle ? before : after
    }

    /// Looks and copies nothing: it is asked at every write.
    private static func isSameBesideManagedFields(_ left: JSON, _ right: JSON) -> Bool {
        isSame(left, right, but: "metadata")
            && isSame(left.metadata, right.metadata, but: "managedFields")
    }

    /// Whether two objects have the same members but for one.
    private static func isSame(_ left: JSON?, _ right: JSON?, but exempt: String) -> Bool {
        let (left, right) = (left?.object ?? [:], right?.object ?? [:])
        let leftCount = left.count - (left[exempt] == nil ? 0 : 1)
        guard leftCount == right.count - (right[exempt] == nil ? 0 : 1) else { return false }
        return left.allSatisfy { key, value in key == exempt || right[key] == value }
    }
}

extension ManagedFields.Entry {
    fileprivate init(json: JSON, index: Int) throws(FieldSet.ParseError) {
        let word = json["operation"]?.string ?? ""
        guard let operation = ManagedFields.Operation(rawValue: word) else {
            throw FieldSet.ParseError("operation must be `Apply` or `Update`")
        }
        guard let apiVersion = json["apiVersion"]?.string, !apiVersion.isEmpty else {
            throw FieldSet.ParseError("apiVersion must not be empty")
        }
        let type = json["fieldsType"]?.string ?? ""
        guard !type.isEmpty else {
            throw FieldSet.ParseError("missing fieldsType in managed fields entry \(index)")
        }
        guard type == "FieldsV1" else {
            throw FieldSet.ParseError(
                "invalid fieldsType \"\(type)\" in managed fields entry \(index)"
            )
        }
        manager = ManagedFields.Manager(
            name: json["manager"]?.string ?? "",
            operation: operation,
            apiVersion: apiVersion,
            subresource: json["subresource"]?.string ?? ""
        )
        fields = try FieldSet(json: json["fieldsV1"] ?? .emptyObject)
        time = json["time"]?.string
    }

    package var json: JSON {
        var members: JSONMembers = [
            "apiVersion": .string(manager.apiVersion), "fieldsType": "FieldsV1",
            "fieldsV1": fields.json, "manager": .string(manager.name),
            "operation": .string(manager.operation.rawValue),
        ]
        if !manager.subresource.isEmpty { members["subresource"] = .string(manager.subresource) }
        members["time"] = time.map(JSON.string)
        return .object(members)
    }
}
