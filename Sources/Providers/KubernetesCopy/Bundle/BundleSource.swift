import Foundation
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Sealing

/// A bundle as a source: what `BundleWriter` wrote, checked file by file.
package struct BundleSource: ObjectSource {
    /// Its path, and what it was exported from.
    package let name: String
    /// Whether what is not in it is gone at its source, too.
    package let isWhole: Bool
    private let discovery: Discovery
    private let objects: [JSON]

    /// Reads and checks the whole bundle, a folder or an archive: every file must be the one that was written.
    ///
    /// - Throws: `CopyProblem`, which names the file and what to do.
    package init(path: String, passphrase: Passphrase?) throws {
        let files = try BundleFiles(path)
        let text = try files.bytes(of: BundleManifest.fileName)
        let json = try BundleSource.parse(text, BundleManifest.fileName)
        let manifest = try BundleManifest(json)
        try files.refuseStrangers(of: manifest.entries)
        var key: SealingKey?
        if let salt = manifest.salt {
            guard let passphrase else {
                throw CopyProblem("the bundle is sealed; give the passphrase that sealed it")
            }
            let derived = try passphrase.key(salt: salt)
            try BundleManifest.check(json, derived)
            key = derived
        } else if passphrase != nil {
            throw CopyProblem(
                "the bundle is not sealed, so that a passphrase proves nothing of it; leave the "
                    + "passphrase out to take the bundle all the same"
            )
        }
        objects = try manifest.entries.map { entry in
            var bytes = try files.bytes(of: entry.path)
            guard Digest(of: bytes).hex == entry.digest else {
                throw CopyProblem("\(entry.path) is not the file that was exported; export it anew")
            }
            if entry.isSealed {
                guard let key else {
                    throw CopyProblem("\(entry.path) is sealed and the manifest has no salt")
                }
                bytes = try key.open(bytes, context: entry.path)
            }
            return try BundleSource.parse(bytes, entry.path)
        }
        name = "\(path) (of \(manifest.source))"
        isWhole = manifest.isWhole
        discovery = Discovery(kinds: manifest.kinds, preferredVersions: [:])
    }

    /// The kinds that its manifest lists, in the versions in which its objects are written.
    package func discover() async throws(KubernetesError) -> Discovery { discovery }

    /// All objects of a kind as one page; never throws, as all was read and checked before.
    package func read(
        _ kind: ResourceKind,
        namespace: String?,
        onPage: (ObjectPage) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        let items = objects.filter {
            $0.groupVersionKind == kind.groupVersionKind
                && (namespace == nil || $0.namespace == namespace)
        }
        try await onPage(ObjectPage(items: items, resourceVersion: "", isFirst: true))
    }

    private static func parse(_ bytes: [UInt8], _ path: String) throws(CopyProblem) -> JSON {
        do {
            return try JSON.parse(bytes)
        } catch {
            throw CopyProblem("\(path) of the bundle is no JSON: \(error)")
        }
    }
}
