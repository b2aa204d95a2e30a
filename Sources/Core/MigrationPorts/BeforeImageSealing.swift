import JSONValues
import MigrationModel

/// Seals what a before-image must not hold in the clear: the values of Secrets.
///
/// Platforms are handed one; they never see its key.
package protocol BeforeImageSealing: Sendable {
    /// The value as text that may be stored in `BeforeImage.sealed`.
    ///
    /// It opens only with the same `context`: the step and the object that it belongs to.
    func seal(_ value: Secret<JSON>, context: String) throws -> String

    /// What `seal` hid; throws when the key or the context is another, or the text was changed.
    func open(_ sealed: String, context: String) throws -> Secret<JSON>
}
