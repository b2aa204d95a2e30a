import JSONValues
import MigrationModel
import MigrationPorts

/// For those who only look: a look makes no before-image.
struct NothingToSeal: BeforeImageSealing {
    func seal(_ value: Secret<JSON>, context: String) throws -> String {
        preconditionFailure("a look seals nothing")
    }

    func open(_ sealed: String, context: String) throws -> Secret<JSON> {
        preconditionFailure("a look opens nothing")
    }
}
