import JSONValues
import KubernetesObjects
import MigrationModel

/// What a copy of the migration makes of a ConfigMap or a Secret on its way to the target.
package struct CopiedForm: Sendable {
    private let make: (@Sendable (JSON) throws -> JSON)?

    /// `make` throws where a copy would fail; nil where copies arrive as they are.
    package init(_ make: (@Sendable (JSON) throws -> JSON)? = nil) {
        self.make = make
    }

    /// What the original holds, as it is to be found in `copy`; what no copy has made is held against the
    /// original itself.
    ///
    /// Throws where a copy would fail.
    func values(of original: JSON, for copy: JSON) throws -> ConfiguredValues {
        guard let make, CopyTrace(copy) != nil else { return ConfiguredValues(of: original) }
        return ConfiguredValues(of: try make(original))
    }

    /// Digests of what a copy would hold, by key; nil where it would hold the same, or would fail.
    func digests(of original: JSON) -> [String: String]? {
        guard let make, original.isKind("ConfigMap", in: "") || original.isKind("Secret", in: "")
        else { return nil }
        do {
            return ConfiguredValues(of: try make(original)).digests
        } catch {
            return nil
        }
    }
}
