import Foundation
import JSONValues
import MigrationModel
import MigrationPorts
import Sealing

/// Seals the parts of before-images that hold Secrets, with the key in one file.
///
/// What was sealed for one run, step or object does not open as another's. The file is looked for
/// only when there is something to seal or to open: a run that seals nothing needs none.
package struct SealedBeforeImages: BeforeImageSealing {
    private let keyPath: String
    private let run: RunID

    package init(keyPath: String, run: RunID) {
        self.keyPath = keyPath
        self.run = run
    }

    package func seal(_ value: Secret<JSON>, context: String) throws -> String {
        let key = try KeyFile.ensure(keyPath)
        let bytes = Array(value.reveal().text().utf8)
        return Data(try key.seal(bytes, context: bound(context))).base64EncodedString()
    }

    package func open(_ sealed: String, context: String) throws -> Secret<JSON> {
        guard let bytes = Data(base64Encoded: sealed) else { throw SealedTextError.notBase64 }
        let key = try KeyFile.load(keyPath)
        let opened: [UInt8]
        do {
            opened = try key.open(Array(bytes), context: bound(context))
        } catch {
            throw SealedTextError.doesNotOpen(keyPath: keyPath)
        }
        return Secret(try JSON.parse(opened))
    }

    private func bound(_ context: String) -> String { "before-image\n\(run)\n\(context)" }
}

/// Why a sealed before-image cannot be opened.
package enum SealedTextError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It is not text that was ever sealed.
    case notBase64
    /// The key is another, it belongs to another step or run, or a bit of it was changed.
    case doesNotOpen(keyPath: String)

    package var description: String {
        switch self {
        case .notBase64:
            "a sealed before-image is damaged: it is not base64. Restore the journal from a copy"
        case .doesNotOpen(let keyPath):
            "a sealed before-image does not open with the key of \(keyPath). Bring back the key "
                + "that the run was sealed with, or the journal from a copy"
        }
    }
}
