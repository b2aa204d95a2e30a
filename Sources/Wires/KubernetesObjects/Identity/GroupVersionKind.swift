/// An API group and one of its versions, as `apiVersion` has it: `apps/v1`, or `v1` for the core.
package struct GroupVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Empty for the core group.
    package let group: String
    /// `v1`, `v1beta1`.
    package let version: String

    package init(group: String, version: String) {
        self.group = group
        self.version = version
    }

    /// Nil when `apiVersion` is empty or has more than one slash.
    package init?(apiVersion: String) {
        let bytes = apiVersion.utf8
        let slash = UInt8(ascii: "/")
        guard let first = bytes.firstIndex(of: slash) else {
            guard !apiVersion.isEmpty else { return nil }
            self.init(group: "", version: apiVersion)
            return
        }
        let version = apiVersion[bytes.index(after: first)...]
        guard !version.utf8.contains(slash) else { return nil }
        self.init(group: String(apiVersion[..<first]), version: String(version))
    }

    /// The text that stands in an object's `apiVersion`.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    package var description: String { apiVersion }

    package static func < (left: GroupVersion, right: GroupVersion) -> Bool {
        (left.group, left.version) < (right.group, right.version)
    }
}

/// What an object says it is: `apps/v1`, `Deployment`.
package struct GroupVersionKind: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Empty for the core group.
    package let group: String
    /// `v1`, `v1beta1`.
    package let version: String
    /// In the singular and with capitals: `Deployment`.
    package let kind: String

    package init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// Nil when `apiVersion` is no API version.
    package init?(apiVersion: String, kind: String) {
        guard let groupVersion = GroupVersion(apiVersion: apiVersion) else { return nil }
        self.init(group: groupVersion.group, version: groupVersion.version, kind: kind)
    }

    package var groupVersion: GroupVersion { GroupVersion(group: group, version: version) }
    package var apiVersion: String { groupVersion.apiVersion }

    /// Group and kind without the version: what stays the same when a version is retired.
    package var groupKind: String { GroupKind.name(kind, in: group) }

    /// In the words of a Go server: `apps/v1, Kind=Deployment`, and `/v1, Kind=Pod` in the core.
    package var description: String { "\(group)/\(version), Kind=\(kind)" }

    package static func < (left: GroupVersionKind, right: GroupVersionKind) -> Bool {
        (left.group, left.version, left.kind) < (right.group, right.version, right.kind)
    }
}

/// Where objects of a kind are found: `apps/v1`, `deployments`.
package struct GroupVersionResource: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Empty for the core group.
    package let group: String
    /// `v1`, `v1beta1`.
    package let version: String
    /// The plural, in lower case.
    package let resource: String

    package init(group: String, version: String, resource: String) {
        self.group = group
        self.version = version
        self.resource = resource
    }

    /// As error texts have it: `deployments.apps`, `services`.
    package var groupResource: String { group.isEmpty ? resource : "\(resource).\(group)" }

    /// In the words of a Go server: `apps/v1, Resource=deployments`.
    package var description: String { "\(group)/\(version), Resource=\(resource)" }

    package static func < (left: GroupVersionResource, right: GroupVersionResource) -> Bool {
        (left.group, left.version, left.resource) < (right.group, right.version, right.resource)
    }
}
