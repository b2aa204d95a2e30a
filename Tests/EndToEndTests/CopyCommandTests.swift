import Foundation
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Simulation
import SiteSupport
import Testing
import Twin

/// Copies as people type them, between two sites of a twin in another process.
@Suite struct CopyCommandTests {
    private static let services = [
        DemoEstate.Service(
            namespace: "shop",
            name: "home",
            calls: ["basket.shop"],
            host: "home.example"
        ),
        DemoEstate.Service(namespace: "shop", name: "basket"),
    ]

    /// A command whose last output is JSON.
    private func json(
        _ session: TwinSession,
        _ arguments: String...,
        code expected: Int32 = 0
    ) async throws -> JSON {
        let process = try session.start(arguments + ["-o", "json"])
        let code = try await process.ended()
        let text = process.text
        #expect(code == expected, "\(text)")
        let start = try #require(text.firstIndex(of: "{"), "\(text)")
        return try JSON.parse(String(text[start...]))
    }

    private func file(_ session: TwinSession, _ name: String, _ more: String) throws {
        let path = session.folder.appendingPathComponent("m.yaml")
        let text = try String(contentsOf: path, encoding: .utf8)
        let all = text.hasSuffix("\n") ? text + more : "\(text)\n\(more)"
        try Data(all.utf8).write(to: session.folder.appendingPathComponent(name))
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a copy is tried, made, repeated and taken back, and tells it to machines`() async throws {
        try await TwinSession.with(Self.services) { session in
            let before = try await session.snapshots().target
            let planned = try await json(session, "copy", "-f", "m.yaml", "--dry-run")
            CopySchema.check(planned)
            #expect(planned["state"] == "planned")
            let deployment = planned["objects"]?.array?.first {
                $0.at("object", "kind") == "Deployment"
            }
            #expect(deployment?["action"] == "create")
            #expect(deployment?.at("server", "verdict") == "notAsked")
            #expect(deployment?.at("server", "reason") == "its namespace is not there yet")
            #expect(deployment?["result"] == .null)
            #expect(before.differences(to: try await session.snapshots().target) == [])

            let made = try await json(session, "copy", "-f", "m.yaml")
            CopySchema.check(made)
            #expect(made["state"] == "copied")
            #expect(made.at("kinds", "Deployment.apps", "created") == 2)
            let again = try await session.run("copy")
            #expect(again.code == 0)
            #expect(
                again.text.contains("0 created, 0 changed, ")
                    && again.text.contains("KIND"),
                "\(again.text)"
            )

            let undone = try await json(session, "copy", "-f", "m.yaml", "--undo")
            #expect(undone["kind"] == "CopyUndoReport")
            #expect(undone["state"] == "undone")
            #expect(undone["failures"] == .array([]))
            #expect(before.differences(to: try await session.snapshots().target) == [])
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `objects go from site to site in an archive`() async throws {
        try await TwinSession.with(Self.services) { session in
            let contexts = try contexts(session)
            func bundle(_ arguments: String...) async throws -> (code: Int32, text: String) {
                let process = try session.start(
                    arguments + ["--kubeconfig", "twin.kubeconfig", "--passphrase-file", "word"]
                )
                return (try await process.ended(), process.text)
            }
            let word = session.folder.appendingPathComponent("word")
            try Data("a long enough passphrase\n".utf8).write(to: word)
            let export = try await bundle(
                "export",
                "shop.tar",
                "--from",
                contexts.source,
                "-n",
                "shop"
            )
            #expect(export.code == 0, "\(export.text)")
            let archive = session.folder.appendingPathComponent("shop.tar")
            let whole = try Data(contentsOf: archive)

            try whole.dropLast(5_000).write(to: archive)
            let cut = try await bundle("import", "shop.tar", "--to", contexts.target)
            #expect(cut.code == 2)
            #expect(cut.text.contains("it was cut off"), "\(cut.text)")

            try whole.write(to: archive)
            try Data("another long passphrase\n".utf8).write(to: word)
            let wrong = try await bundle("import", "shop.tar", "--to", contexts.target)
            #expect(wrong.code == 2)
            #expect(
                wrong.text == "the passphrase is not the one that this bundle was sealed with\n"
            )
            try Data("short\n".utf8).write(to: word)
            let short = try await bundle("import", "shop.tar", "--to", contexts.target)
            #expect(short.code == 2)
            #expect(short.text.contains("fewer than 12 bytes"))
            #expect(try await session.snapshots().target.objects["Namespace shop"] == nil)

            try Data("a long enough passphrase\n".utf8).write(to: word)
            let part = try await bundle("import", "shop.tar", "--to", contexts.target, "--prune")
            #expect(part.code == 2)
            #expect(part.text.contains("the bundle does not hold all of a cluster"), "\(part.text)")
            let made = try await bundle("import", "shop.tar", "--to", contexts.target)
            #expect(made.code == 0, "\(made.text)")
            #expect(
                try await session.snapshots().target.objects["Deployment shop/home"] != nil
            )
            try await renames(session)
        }
    }

    /// What a migration file changes on the way is changed when a bundle is imported, and what it starts
    /// is started.
    private func renames(_ session: TwinSession) async throws {
        try file(
            session,
            "r.yaml",
            """
              copy:
                prune: true
                transforms: {namespaces: {shop: store}}
                then: [{name: deploy, command: [/bin/sh, -c, "echo deployed > imported"]}]

            """
        )
        let export = try session.start(["export", "-f", "r.yaml", "folder"])
        #expect(try await export.ended() == 0, "\(export.text)")
        let made = try session.start(["import", "-f", "r.yaml", "folder"])
        #expect(try await made.ended() == 0, "\(made.text)")
        #expect(made.text.contains("Nothing is pruned: the bundle does not hold all"))
        #expect(made.text.contains("then    deploy"))
        let started = session.folder.appendingPathComponent("imported").path
        #expect(FileManager.default.fileExists(atPath: started))
        let target = try await session.snapshots().target
        #expect(target.objects["Deployment store/home"] != nil)
        #expect(target.objects["Deployment store/home"]?.text().contains("shop") == false)
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a foundation is followed by what deploys the rest, or the copy has failed`() async throws
    {
        try await TwinSession.with(Self.services) { session in
            let hooks = """
                  copy:
                    scope: foundation
                    then:
                      - {name: deploy, command: [/bin/sh, -c, "echo deployed > deployed"]}
                      - {name: check, command: [/bin/sh, -c, "exit 3"], timeout: 10s}
                      - {name: tell, command: [/bin/sh, -c, "echo told > told"]}

                """
            try file(session, "ci.yaml", hooks)
            let tried = try await json(session, "copy", "-f", "ci.yaml", "--dry-run")
            #expect(tried["hooks"] == .array([]))
            let process = try session.start(["copy", "-f", "ci.yaml", "-o", "json"])
            #expect(try await process.ended() == 1)
            let text = process.text
            #expect(
                text.hasSuffix(
                    "everything is copied, but the hook check failed: the program ended with code "
                        + "3; mend it and copy again, which runs the hooks again\n"
                ),
                "\(text)"
            )
            let start = try #require(text.firstIndex(of: "{"))
            let end = try #require(text.lastIndex(of: "}"))
            let report = try JSON.parse(String(text[start...end]))
            CopySchema.check(report)
            #expect(report["state"] == "copied")
            #expect(
                report["hooks"]?.array?.map { $0["state"]?.string }
                    == ["succeeded", "failed", "notReached"]
            )
            func exists(_ name: String) -> Bool {
                FileManager.default.fileExists(atPath: session.folder.path + "/" + name)
            }
            #expect(exists("deployed") && !exists("told"))
            let target = try await session.snapshots().target
            #expect(target.objects["Service shop/home"] != nil)
            #expect(target.objects["Deployment shop/home"] == nil)
        }
    }

    /// Configuration is followed while a run moves the workloads; what the run changes is not.
    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a copy goes on while a run moves the workloads, and does not meddle`() async throws {
        try await TwinSession.with(Self.services, soak: "1s") { session in
            try await paint(session, "blue")
            try file(
                session,
                "copy.yaml",
                """
                  copy:
                    prune: true
                    stacks: [{name: config, select: [{namespaces: [shop], kinds: [configmaps]}]}]

                """
            )
            let following = try session.start(
                ["copy", "-f", "copy.yaml", "--stack", "config", "--watch"]
            )
            defer { if following.isRunning { following.kill() } }
            try await session.eventually("the configuration is copied") {
                try await colour(session) == "blue"
            }
            let plan = try await session.run("plan", "--summary")
            #expect(plan.code == 0, "\(plan.text)")
            let run = try session.start("run")
            try await session.eventually("the run has begun") { run.text.contains("[3/") }
            try await paint(session, "red")
            #expect(try await run.ended() == 0, "\(run.text)")
            try await session.eventually("what changed meanwhile has arrived") {
                try await colour(session) == "red"
            }
            let source = try await session.snapshots().source
            #expect(source.objects["Deployment shop/home"]?.at("spec", "replicas") == 0)
            try await leavesTheMoved(session, "--prune")

            let finish = try await session.run("finish")
            #expect(finish.code == 0, "\(finish.text)")
            #expect(try await session.snapshots().source.objects["Service shop/home"] == nil)
            try await leavesTheMoved(session, "--prune", "--removals-max", "1000")
            #expect(!following.text.contains("not yet:"), "\(following.text)")
            #expect(try await following.interrupted() == 0, "\(following.text)")
        }
    }

    /// A copy of everything changes nothing at the target.
    private func leavesTheMoved(_ session: TwinSession, _ options: String...) async throws {
        let before = try await session.snapshots().target
        let process = try session.start(["copy", "-f", "copy.yaml", "-o", "json"] + options)
        _ = try await process.ended()
        let text = process.text
        let report = try JSON.parse(String(text[try #require(text.firstIndex(of: "{"))...]))
        for fate in ["created", "changed", "removed", "failed"] {
            #expect(report.at("summary", fate) == 0, "\(text)")
        }
        let after = try await session.snapshots().target
        #expect(before.differences(to: after) == [])
        for name in ["home", "basket"] {
            let service = try #require(after.objects["Service shop/\(name)"])
            #expect(service.at("spec", "selector") == ["app": .string(name)])
            let deployment = try #require(after.objects["Deployment shop/\(name)"])
            #expect(deployment.at("counts", "readyReplicas") == 1)
        }
    }

    private static let configMap = ResourceKind(
        group: "",
        version: "v1",
        kind: "ConfigMap",
        plural: "configmaps",
        isNamespaced: true
    )

    private func paint(_ session: TwinSession, _ colour: String) async throws {
        try await session.withSites { source, _ in
            _ = try await source.apply(
                Self.configMap,
                [
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": ["name": "settings", "namespace": "shop"],
                    "data": ["colour": .string(colour)],
                ],
                options: WriteOptions(fieldManager: "somebody")
            )
        }
    }

    private func colour(_ session: TwinSession) async throws -> String? {
        try await session.withSites { _, target in
            try await target.find(Self.configMap, namespace: "shop", name: "settings")?
                .at("data", "colour")?.string
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `what is asked for wrongly is told before anything is read`() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("copy-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { do { try FileManager.default.removeItem(at: folder) } catch { print(error) } }
        let mistakes: [(arguments: [String], code: Int32, words: String)] = [
            (["-o", "yaml"], 64, "The value 'yaml' is invalid for '-o <output>'"),
            (["--watch", "--dry-run"], 64, "leave out --undo and --dry-run"),
            (["--watch", "--undo"], 64, "leave out --undo and --dry-run"),
            (["--with-volumes"], 64, "--with-volumes belongs to --undo"),
            (["--removals-max", "5"], 64, "--removals-max belongs to --prune or --watch"),
            (["--prune", "--removals-max=-1"], 64, "--removals-max is a number of objects"),
            (["-l", "app in (a"], 64, "--selector: "),
            (["--load-balancers", "undecided"], 64, "'internal', 'keep' or 'leave'"),
        ]
        let path = try #require(Program.path)
        for mistake in mistakes {
            let arguments = ["copy", "--from", "a", "--to", "b"] + mistake.arguments
            let program = try Program(path, arguments, in: folder)
            #expect(try await program.ended() == mistake.code, "\(program.text)")
            #expect(program.text.contains(mistake.words), "\(program.text)")
        }
        let bundles: [(arguments: [String], code: Int32, words: String)] = [
            (["export", "x.tar"], 64, "Say which cluster: -f FILE, or --from CONTEXT"),
            (["export", "x.tar.gz", "--from", "a"], 2, "a"),
            (["import", "x.tar"], 64, "Say which cluster: -f FILE, or --to CONTEXT"),
            (["import", "x.tar", "--to", "a"], 2, "x.tar is not there"),
            (
                ["import", "x.tar", "--to", "a", "--removals-max", "5"], 64,
                "--removals-max belongs to --prune"
            ),
            (
                ["import", "x.tar", "-f", "m.yaml", "--to", "a", "--running"], 64,
                "The migration file tells what --to, --running would"
            ),
            (
                ["export", "x.tar", "-f", "m.yaml", "-n", "a"], 64,
                "The migration file tells what --namespace would"
            ),
            (
                ["import", "x.tar", "--to", "a", "--passphrase-file", "nowhere"], 2,
                "nowhere cannot be read"
            ),
        ]
        for mistake in bundles {
            let program = try Program(path, mistake.arguments, in: folder)
            #expect(try await program.ended() == mistake.code, "\(program.text)")
            #expect(program.text.contains(mistake.words), "\(program.text)")
        }
        let text = """
            apiVersion: diolkos.dev/v1alpha1
            kind: Migration
            metadata: {name: shop}
            spec: {source: {context: a}, target: {context: b}}
            """
        try Data(text.utf8).write(to: folder.appendingPathComponent("m.yaml"))
        for command in ["plan", "run"] {
            let program = try Program(path, [command, "-f", "m.yaml"], in: folder)
            #expect(try await program.ended() == 2)
            #expect(
                program.text.contains("m.yaml:4:7: spec.traffic: missing; write the balancer"),
                "\(program.text)"
            )
        }
        // A copy does without, and comes as far as the kubeconfig.
        let copy = try Program(path, ["copy", "-f", "m.yaml"], in: folder)
        #expect(try await copy.ended() == 2)
        #expect(!copy.text.contains("spec."), "\(copy.text)")
    }

    private func contexts(_ session: TwinSession) throws -> (source: String, target: String) {
        let path = session.folder.appendingPathComponent("m.yaml")
        let text = try String(contentsOf: path, encoding: .utf8)
        let found = text.matches(of: /context: ([^ ,}\n]+)/).map { String($0.output.1) }
        try #require(found.count == 2, "\(text)")
        return (found[0], found[1])
    }
}

/// The members of `copy -o json` and their types, as `docs/copy-json.md` has them.
enum CopySchema {
    static func check(_ report: JSON) {
        expect(
            report,
            [
                "apiVersion", "copy", "findings", "hooks", "kind", "kinds", "leftOut", "objects",
                "source", "state", "summary", "target",
            ]
        )
        #expect(report["apiVersion"] == "diolkos.dev/v1alpha1")
        #expect(report["kind"] == "CopyReport")
        for member in ["copy", "source", "target"] {
            #expect(report[member]?.string != nil, "\(member)")
        }
        #expect(
            ["planned", "blocked", "copied", "failed"].contains(report["state"]?.string ?? "")
        )
        let fates = [
            "changed", "created", "failed", "notReached", "refused", "removed", "unchanged",
        ]
        for counts in [report["summary"]] + (report["kinds"]?.object ?? [:]).values.map({ $0 }) {
            expect(counts, fates)
        }
        for object in report["objects"]?.array ?? [] {
            expect(object, ["action", "changes", "object", "original", "result", "server"])
            expect(object["object"], ["group", "kind", "name", "namespace"])
            for change in object["changes"]?.array ?? [] {
                expect(change, ["after", "before", "hidden", "path"])
            }
            if let server = object["server"], !server.isNull {
                expect(server, ["alters", "reason", "verdict", "warnings"])
            }
            if let result = object["result"], !result.isNull {
                expect(result, ["reason", "state"])
            }
        }
        for left in report["leftOut"]?.array ?? [] { expect(left, ["object", "reason"]) }
        for finding in report["findings"]?.array ?? [] {
            expect(finding, ["check", "objects", "reason", "remedy", "severity"])
        }
    }

    private static func expect(_ object: JSON?, _ members: [String]) {
        #expect(object?.object?.keys == members, "\(object?.text() ?? "absent")")
    }
}
