import Clocks
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Sealing
import Testing

@Suite struct BundleTests {
    private static let shop = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}, data: {x: "1"}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop}, stringData: {k: word-of-honour}}
        """
    private let rule = CopyRule(name: "shop", selection: CopySelection(namespaces: ["shop"]))
    private let word = "a long enough passphrase"

    /// Exports the shop, and gives the folder to `body`.
    private func exported(
        with passphrase: Passphrase?,
        as suffix: String = "",
        _ body: (CopyScene, BundleWriter.Summary, URL) async throws -> Void
    ) async throws {
        let scene = CopyScene.twin()
        try await scene.create(Self.shop, at: scene.source)
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("bundle-\(UUID().uuidString)\(suffix)")
        defer { do { try FileManager.default.removeItem(at: folder) } catch { print(error) } }
        let summary = try await BundleWriter(path: folder.path, passphrase: passphrase)
            .write(rule, from: ClusterSource(name: "source", client: scene.source))
        try await body(scene, summary, folder)
    }

    private func problem(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "nothing was wrong"
    }

    @Test(arguments: ["", ".tar"])
    func `a bundle brings the objects to a site that cannot see the source`(
        suffix: String
    ) async throws {
        let passphrase = try #require(Passphrase(word))
        try await exported(with: passphrase, as: suffix) { scene, summary, folder in
            #expect(summary.objects == 3)
            let source = try BundleSource(path: folder.path, passphrase: passphrase)
            let target = ClusterSource(name: "target", client: scene.target)
            let plan = try await CopyMaking(CopyRule(name: "shop"), from: source, to: target).make()
            let made = await CopyRun(plan, target: scene.target, time: SystemTime()).perform()
            #expect(made.created == 3)
            let secret = try await scene.get("secrets shop/s", at: scene.target)
            #expect(
                secret?.at("data", "k")?.string == Data("word-of-honour".utf8).base64EncodedString()
            )
        }
    }

    @Test func `what a bundle of a whole cluster no longer has goes at the target`() async throws {
        let passphrase = try #require(Passphrase(word))
        let scene = CopyScene.twin()
        try await scene.create(Self.shop, at: scene.source)
        let base = FileManager.default.temporaryDirectory
            .appendingPathComponent("bundles-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        defer { do { try FileManager.default.removeItem(at: base) } catch { print(error) } }
        func bundle(
            _ name: String,
            _ passphrase: Passphrase?,
            _ rule: CopyRule = CopyRule(name: "export")
        ) async throws -> BundleSource {
            let path = base.appendingPathComponent(name).path
            _ = try await BundleWriter(path: path, passphrase: passphrase)
                .write(rule, from: ClusterSource(name: "source", client: scene.source))
            return try BundleSource(path: path, passphrase: passphrase)
        }
        func copy(_ bundle: BundleSource) async throws -> CopySummary {
            let plan = try await CopyMaking(
                CopyRule(name: "import", pruning: .upTo(10)),
                from: bundle,
                to: ClusterSource(name: "target", client: scene.target)
            ).make()
            return await CopyRun(plan, target: scene.target, time: SystemTime()).perform()
        }
        let whole = try await bundle("whole", passphrase)
        #expect(whole.isWhole)
        #expect(try await copy(whole).created == 3)
        // The last of its kind.
        let maps = try #require(try await scene.source.discovery().kind(named: "configmaps"))
        _ = try await scene.source.delete(maps, namespace: "shop", name: "a")
        #expect(try await copy(try await bundle("later", passphrase)).removed == 1)
        #expect(try await scene.get("configmaps shop/a", at: scene.target) == nil)

        #expect(try await bundle("unsealed", nil).isWhole == false)
        #expect(try await bundle("part", passphrase, rule).isWhole == false)
        _ = try await scene.source.patch(
            try #require(try await scene.source.discovery().kind(named: "secrets")),
            namespace: "shop",
            name: "s",
            .merge(["metadata": ["annotations": ["diolkos.dev/epoch": "run-1/1"]]])
        )
        #expect(try await bundle("moving", passphrase).isWhole == false)
    }

    @Test func `no byte of a Secret is written in the clear`() async throws {
        let passphrase = try #require(Passphrase(word))
        try await exported(with: passphrase) { _, _, folder in
            let encoded = Data("word-of-honour".utf8).base64EncodedString()
            let paths = try #require(FileManager.default.subpaths(atPath: folder.path))
            #expect(paths.count > 3)
            for path in paths {
                let url = folder.appendingPathComponent(path)
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
                if isFolder.boolValue { continue }
                let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
                #expect(!text.contains("word-of-honour") && !text.contains(encoded), "\(path)")
            }
        }
        try await exported(with: passphrase, as: ".tar") { _, _, archive in
            let encoded = Data("word-of-honour".utf8).base64EncodedString()
            let text = String(decoding: try Data(contentsOf: archive), as: UTF8.self)
            #expect(text.contains("namespaces/shop/Secret/s.json.sealed"))
            #expect(!text.contains("word-of-honour") && !text.contains(encoded))
        }
        try await exported(with: nil) { _, summary, folder in
            #expect(summary.secretsLeft == 1)
            #expect(summary.objects == 2)
            let source = try BundleSource(path: folder.path, passphrase: nil)
            #expect(try await source.discover().kinds.map(\.kind).contains("ConfigMap"))
        }
    }

    @Test func `what was changed since the export is refused by name`() async throws {
        let passphrase = try #require(Passphrase(word))
        try await exported(with: passphrase) { _, _, folder in
            let other = try #require(Passphrase("another long passphrase"))
            #expect(
                problem { _ = try BundleSource(path: folder.path, passphrase: other) }
                    == "the passphrase is not the one that this bundle was sealed with"
            )
            #expect(
                problem { _ = try BundleSource(path: folder.path, passphrase: nil) }
                    == "the bundle is sealed; give the passphrase that sealed it"
            )
            let map = folder.appendingPathComponent("namespaces/shop/ConfigMap/a.json")
            let before = try Data(contentsOf: map)
            try (before + Data(" ".utf8)).write(to: map)
            #expect(
                problem { _ = try BundleSource(path: folder.path, passphrase: passphrase) }
                    == "namespaces/shop/ConfigMap/a.json is not the file that was exported; "
                    + "export it anew"
            )
            try before.write(to: map)
            let manifest = folder.appendingPathComponent("manifest.json")
            var json = try JSON.parse(Array(try Data(contentsOf: manifest)))
            json["source"] = "elsewhere"
            try Data(json.encoded()).write(to: manifest)
            #expect(
                problem { _ = try BundleSource(path: folder.path, passphrase: passphrase) }
                    == "manifest.json: it was changed after it was written; export it anew"
            )
            func forge() throws {
                var told = json
                told["digest"] = nil
                told["seal"] = nil
                json["digest"] = .string(Digest(of: told.encoded()).hex)
                try Data(json.encoded()).write(to: manifest)
            }
            try forge()
            #expect(
                problem { _ = try BundleSource(path: folder.path, passphrase: passphrase) }
                    == "manifest.json: it was changed after it was sealed; export it anew"
            )
            json["salt"] = nil
            json["seal"] = nil
            try forge()
            #expect(
                problem { _ = try BundleSource(path: folder.path, passphrase: passphrase) }
                    .hasPrefix("the bundle is not sealed, so that a passphrase proves nothing")
            )
            #expect(
                problem { _ = try BundleSource(path: folder.path, passphrase: nil) }
                    == "namespaces/shop/Secret/s.json.sealed is sealed and the manifest has no salt"
            )
            json["format"] = "other"
            try Data(json.encoded()).write(to: manifest)
            #expect(
                problem { _ = try BundleSource(path: folder.path, passphrase: passphrase) }
                    .hasPrefix("manifest.json is not of the format diolkos.dev/bundle/v1")
            )
        }
    }

    @Test func `a passphrase that could be guessed is none`() {
        #expect(Passphrase("short") == nil)
        #expect("\(Passphrase(word) as Any)".contains("long") == false)
    }
}
