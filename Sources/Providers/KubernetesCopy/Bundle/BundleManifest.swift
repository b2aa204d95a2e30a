import Foundation
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Sealing

/// What a bundle holds: which objects in which files, and by which kinds they are served.
struct BundleManifest {
    static let fileName = "manifest.json"
    static let format = "diolkos.dev/bundle/v1"
    /// What a sealed file's name ends with.
    static let sealedSuffix = ".sealed"

    /// One object's file.
    struct Entry: Equatable {
        let path: String
        /// Of the file's bytes, sealed or not.
        let digest: String

        var isSealed: Bool { path.hasSuffix(BundleManifest.sealedSuffix) }
    }

    /// What the objects were read from.
    var source: String
    var kinds: [ResourceKind]
    /// Sorted by path.
    var entries: [Entry]
    /// Nil when nothing is sealed.
    var salt: [UInt8]?
    /// Whether everything is in it that a copy of the whole source would take, so that what is not in
    /// it is gone there.
    var isWhole = false

    /// The whole manifest; with a key it is sealed as well, so that neither it nor what it names can be
    /// changed without the passphrase.
    func json(_ key: SealingKey?) throws -> JSON {
        var json: JSON = [
            "format": .string(BundleManifest.format), "source": .string(source),
            "kinds": .array(kinds.sorted().map(\.bundled)),
            "objects": .array(
                entries.map { ["path": .string($0.path), "digest": .string($0.digest)] }
            ),
        ]
        if isWhole { json["whole"] = true }
        if let salt { json["salt"] = .string(Data(salt).base64EncodedString()) }
        json["digest"] = .string(BundleManifest.digest(of: json))
        if let key {
            let seal = try key.seal(
                Array(Digest(of: json.encoded()).hex.utf8),
                context: BundleManifest.fileName
            )
            json["seal"] = .string(Data(seal).base64EncodedString())
        }
        return json
    }

    /// Of everything in it but what speaks of it: it shows what was damaged; who changes it on purpose
    /// changes the digest, too, and only a seal shows that.
    private static func digest(of json: JSON) -> String {
        var told = json
        told["digest"] = nil
        told["seal"] = nil
        return Digest(of: told.encoded()).hex
    }

    /// Reads a manifest; what is not as it must be is named.
    init(_ json: JSON) throws(CopyProblem) {
        guard json["format"]?.string == BundleManifest.format else {
            throw CopyProblem(
                "\(BundleManifest.fileName) is not of the format \(BundleManifest.format); "
                    + "was the bundle made by `diolkos export`, and by this version?"
            )
        }
        guard json["digest"]?.string == BundleManifest.digest(of: json) else {
            throw BundleManifest.broken("it was changed after it was written")
        }
        guard let source = json["source"]?.string, let kinds = json["kinds"]?.array,
            let objects = json["objects"]?.array
        else { throw BundleManifest.broken("source, kinds or objects are missing") }
        self.source = source
        self.kinds = []
        for kind in kinds {
            guard let read = ResourceKind(bundled: kind) else {
                throw BundleManifest.broken("a kind lacks its names")
            }
            self.kinds.append(read)
        }
        entries = []
        for object in objects {
            guard let path = object["path"]?.string, let digest = object["digest"]?.string,
                BundleManifest.isInside(path)
            else { throw BundleManifest.broken("an object has no path inside the bundle") }
            entries.append(Entry(path: path, digest: digest))
        }
        guard Set(entries.map(\.path)).count == entries.count else {
            throw BundleManifest.broken("two objects have the same path")
        }
        isWhole = json["whole"]?.bool == true
        salt = json["salt"]?.string.flatMap { Data(base64Encoded: $0) }.map(Array.init)
    }

    init(
        source: String,
        kinds: [ResourceKind],
        entries: [Entry],
        salt: [UInt8]?,
        isWhole: Bool = false
    ) {
        self.source = source
        self.kinds = kinds
        self.entries = entries
        self.salt = salt
        self.isWhole = isWhole
    }

    /// Throws when the manifest was changed or the passphrase is another.
    static func check(_ json: JSON, _ key: SealingKey) throws(CopyProblem) {
        guard let text = json["seal"]?.string, let seal = Data(base64Encoded: text) else {
            throw broken("it holds sealed objects and bears no seal")
        }
        var unsealed = json
        unsealed["seal"] = nil
        let digest: [UInt8]
        do {
            digest = try key.open(Array(seal), context: fileName)
        } catch {
            throw CopyProblem("the passphrase is not the one that this bundle was sealed with")
        }
        guard digest == Array(Digest(of: unsealed.encoded()).hex.utf8) else {
            throw broken("it was changed after it was sealed")
        }
    }

    private static func broken(_ what: String) -> CopyProblem {
        CopyProblem("\(fileName): \(what); export it anew")
    }

    /// Whether a path cannot lead out of where the bundle lies.
    static func isInside(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { !["", ".", ".."].contains($0) } && !path.contains("\0")
    }
}

extension ResourceKind {
    fileprivate var bundled: JSON {
        [
            "group": .string(group), "version": .string(version), "kind": .string(kind),
            "plural": .string(plural), "namespaced": .bool(isNamespaced),
        ]
    }

    fileprivate init?(bundled json: JSON) {
        guard let group = json["group"]?.string, let version = json["version"]?.string,
            let kind = json["kind"]?.string, let plural = json["plural"]?.string,
            let isNamespaced = json["namespaced"]?.bool
        else { return nil }
        self.init(
            group: group,
            version: version,
            kind: kind,
            plural: plural,
            isNamespaced: isNamespaced
        )
    }
}
