import Foundation
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import Sealing
import Testing

@testable import KubernetesCopy

/// Bundles in one file: what was damaged, cut off or forged is refused before anything is written.
@Suite struct BundleArchiveTests {
    private static let shop = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}, data: {x: "1"}}
        """
    private static let tar = ["/usr/bin/tar", "/bin/tar"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// A folder for a test's files.
    private func during(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("archive-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { do { try FileManager.default.removeItem(at: folder) } catch { print(error) } }
        try await body(folder)
    }

    /// The bytes of an exported shop, not sealed.
    private func exported(to path: URL, _ yaml: String = shop) async throws -> [UInt8] {
        let scene = CopyScene.twin()
        try await scene.create(yaml, at: scene.source)
        _ = try await BundleWriter(path: path.path, passphrase: nil).write(
            CopyRule(name: "shop", selection: CopySelection(namespaces: ["shop"])),
            from: ClusterSource(name: "source", client: scene.source)
        )
        return path.pathExtension == "tar" ? Array(try Data(contentsOf: path)) : []
    }

    private func problem(_ bytes: [UInt8], in folder: URL) throws -> String {
        let file = folder.appendingPathComponent("other.tar")
        try Data(bytes).write(to: file)
        do {
            _ = try BundleSource(path: file.path, passphrase: nil)
            return "nothing was wrong"
        } catch {
            return "\(error)".replacing(folder.path + "/", with: "")
        }
    }

    /// All that a bundle holds.
    private func objects(_ path: URL) async throws -> [JSON] {
        let source = try BundleSource(path: path.path, passphrase: nil)
        var objects: [JSON] = []
        for kind in try await source.discover().kinds {
            try await source.read(kind, namespace: nil) {
                (page: ObjectPage) async throws(KubernetesError) in objects += page.items
            }
        }
        return objects
    }

    private func archive(_ files: [(path: String, text: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for file in files {
            let content = Array(file.text.utf8)
            bytes += TarHeader(path: file.path, size: content.count).bytes + content
            bytes += [UInt8](repeating: 0, count: TarFormat.padded(content.count) - content.count)
        }
        return bytes + [UInt8](repeating: 0, count: 2 * TarFormat.blockSize)
    }

    @Test func `an archive that was cut off anywhere is refused, and says where`() async throws {
        try await during { folder in
            let bytes = try await exported(to: folder.appendingPathComponent("shop.tar"))
            let end = bytes.count - 2 * TarFormat.blockSize
            for length in stride(from: 1, through: end, by: 101) {
                let problem = try problem(Array(bytes[..<length]), in: folder)
                #expect(
                    problem.hasPrefix("other.tar ends at byte \(length)")
                        && problem.hasSuffix(
                            "it was cut off; copy it again, or export it anew"
                        ),
                    "\(problem)"
                )
            }
            #expect(
                try problem(Array(bytes[..<600]), in: folder)
                    == "other.tar ends at byte 600, in the middle of "
                    + "namespaces/shop/ConfigMap/a.json: it was cut off; copy it again, or export it anew"
            )
            #expect(try problem([], in: folder) == "other.tar is empty; export it anew")
        }
    }

    @Test func `an archive in which any byte was changed is refused, or means the same`()
        async throws
    {
        try await during { folder in
            let path = folder.appendingPathComponent("shop.tar")
            let bytes = try await exported(to: path)
            let originals = try await objects(path)
            #expect(originals.count == 2)
            let other = folder.appendingPathComponent("other.tar")
            var refused = 0
            for index in stride(from: 0, to: bytes.count, by: 13) {
                var changed = bytes
                changed[index] ^= 0x11
                if try problem(changed, in: folder) != "nothing was wrong" {
                    refused += 1
                } else {
                    // In what fills up blocks.
                    #expect(try await objects(other) == originals, "byte \(index)")
                }
            }
            #expect(refused > 100)
            var first = bytes
            first[0] ^= 1
            #expect(
                try problem(first, in: folder)
                    == "other.tar is no tar archive; `diolkos export` writes them"
            )
        }
    }

    @Test(arguments: [
        "../evil.json", "/etc/evil.json", "a/../../evil.json", "a//b.json", "./../evil", "..",
    ])
    func `no path leads out of an archive`(path: String) async throws {
        try await during { folder in
            let problem = try problem(archive([(path, "{}")]), in: folder)
            #expect(
                problem
                    == "other.tar: at byte 0: the path \"\(path)\" leads out of the archive; "
                    + "export it anew"
            )
        }
    }

    @Test func `links, strangers, twins and other formats are refused by name`() async throws {
        try await during { folder in
            var link = archive([("a.json", "")])
            link[TarFormat.type] = UInt8(ascii: "2")
            let sum = String(TarFormat.sum(of: link[..<512]), radix: 8)
            let digits = String(repeating: "0", count: 6 - sum.utf8.count) + sum
            link.replaceSubrange(TarFormat.checksum, with: Array("\(digits)\0 ".utf8))
            #expect(
                try problem(link, in: folder)
                    == "other.tar: at byte 0: a.json is no file but a link or a device; "
                    + "export it anew"
            )
            #expect(
                try problem(archive([("a.json", "{}"), ("./a.json", "[]")]), in: folder)
                    == "other.tar: at byte 1024: a second a.json; export it anew"
            )
            let bytes = try await exported(to: folder.appendingPathComponent("shop.tar"))
            #expect(
                try problem(archive([("stray.json", "{}")]).dropLast(1_024) + bytes, in: folder)
                    == "other.tar holds stray.json, which its manifest does not name; export it anew"
            )
            #expect(
                try problem([0x1F, 0x8B, 8, 0], in: folder)
                    == "other.tar is compressed; unpack it first: gzip -d other.tar"
            )
            #expect(
                try problem(archive([("shop/manifest.json", "{}")]), in: folder)
                    == "other.tar holds no manifest.json; was it made by `diolkos export`, or of "
                    + "what is in an exported folder (tar -C FOLDER -cf other.tar .)?"
            )
        }
    }

    @Test func `an export says what is wrong with its path, and leaves nothing half behind`()
        async throws
    {
        try await during { folder in
            func refusal(_ name: String) async -> String {
                do {
                    _ = try await exported(to: folder.appendingPathComponent(name))
                    return "nothing was wrong"
                } catch {
                    return "\(error)".replacing(folder.path + "/", with: "")
                }
            }
            #expect(
                await refusal("shop.tar.gz")
                    == "shop.tar.gz: bundles are not compressed; write NAME.tar, and compress "
                    + "that. Nothing was written"
            )
            #expect(await refusal("shop.tar") == "nothing was wrong")
            #expect(
                await refusal("shop.tar") == "shop.tar is there already; nothing was written"
            )
            // A source that cannot be read to its end.
            let scene = CopyScene.twin()
            let rule = CopyRule(name: "x", selection: CopySelection(kinds: ["unheardof"]))
            for name in ["half.tar", "half"] {
                let writer = BundleWriter(
                    path: folder.appendingPathComponent(name).path,
                    passphrase: nil
                )
                await #expect(throws: CopyProblem.self) {
                    _ = try await writer.write(
                        rule,
                        from: ClusterSource(name: "source", client: scene.source)
                    )
                }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left == ["shop.tar"])
        }
    }

    @Test func `a link in a folder leads nowhere, and a passphrase proves only what is sealed`()
        async throws
    {
        try await during { folder in
            let bundle = folder.appendingPathComponent("shop")
            _ = try await exported(to: bundle)
            let file = bundle.appendingPathComponent("namespaces/shop/ConfigMap/a.json")
            let outside = folder.appendingPathComponent("outside.json")
            try FileManager.default.moveItem(at: file, to: outside)
            try FileManager.default.createSymbolicLink(at: file, withDestinationURL: outside)
            #expect(
                throws: CopyProblem(
                    "namespaces/shop/ConfigMap/a.json of the bundle is a link that leads out of it"
                )
            ) { _ = try BundleSource(path: bundle.path, passphrase: nil) }
            let passphrase = Passphrase("a long enough passphrase")
            #expect(
                throws: CopyProblem(
                    "the bundle is not sealed, so that a passphrase proves nothing of it; leave "
                        + "the passphrase out to take the bundle all the same"
                )
            ) { _ = try BundleSource(path: bundle.path, passphrase: passphrase) }
        }
    }

    @Test(.enabled(if: tar != nil, "skipped: there is no tar on this machine"))
    func `tar reads what we write, and we read what tar writes, long names too`() async throws {
        try await during { folder in
            let names = [
                String(repeating: "n", count: 99), String(repeating: "m", count: 180),
                (0..<4).map { _ in String(repeating: "k", count: 60) }.joined(separator: "."),
            ]
            let maps = names.map {
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: \($0), namespace: shop}}"
            }
            let yaml = ([Self.shop] + maps).joined(separator: "\n---\n")
            let path = folder.appendingPathComponent("shop.tar")
            _ = try await exported(to: path, yaml)
            let originals = try await objects(path)
            #expect(originals.count == 5)
            let unpacked = folder.appendingPathComponent("unpacked")
            try FileManager.default.createDirectory(
                at: unpacked,
                withIntermediateDirectories: true
            )
            try run(["-xf", path.path, "-C", unpacked.path])
            #expect(try await objects(unpacked) == originals)
            for format in ["gnu", "pax"] {
                let packed = folder.appendingPathComponent("\(format).tar")
                try run(["--format=\(format)", "-cf", packed.path, "-C", unpacked.path, "."])
                #expect(try await objects(packed) == originals, "\(format)")
            }
        }
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.tar))
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "tar \(arguments)")
    }
}
