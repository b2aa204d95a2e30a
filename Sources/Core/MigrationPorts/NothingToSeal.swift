import JSONValues
import MigrationModel

/// For those who make no before-image: whoever only looks, and whoever keeps a lease.
package struct NothingToSeal: BeforeImageSealing {
    package init() {}

    package func seal(_ value: Secret<JSON>, context: String) throws -> String {
        preconditionFailure("nothing of this is to be sealed")
    }

    package func open(_ sealed: String, context: String) throws -> Secret<JSON> {
        preconditionFailure("nothing of this was ever sealed")
    }
}
