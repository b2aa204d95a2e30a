import Foundation
import JSONValues
import MigrationModel
import MigrationPorts
import Sealing

/// Seals the parts of before-images that hold Secrets, with the key of one run.
///
/// What was sealed for one run, step or object does not open as another's.
package struct SealedBeforeImages: BeforeImageSealing {
    private let key: SealingKey
    private let run: RunID

    package init(key: SealingKey, run: RunID) {
        self.key = key
        self.run = run
    }

    package func seal(_ value: Secret<JSON>, context: String) throws -> String {
        let bytes = Array(value.reveal().text().utf8)
        return Data(try key.seal(bytes, context: bound(context))).base64EncodedString()
    }

    package func open(_ sealed: String, context: String) throws -> Secret<JSON> {
        guard let bytes = Data(base64Encoded: sealed) else { throw SealedTextError() }
        let opened = try key.open(Array(bytes), context: bound(context))
        return Secret(try JSON.parse(opened))
    }

    private func bound(_ context: String) -> String { "before-image\n\(run)\n\(context)" }
}

/// A sealed before-image is not text that was ever sealed.
package struct SealedTextError: Error, Sendable, CustomStringConvertible {
    package var description: String {
        "a sealed before-image is damaged: it is not base64. Restore the journal from a copy"
    }
}
