import Foundation
import JSONValues
import KubernetesAPI
import Simulation
import SiteSupport
import Testing

/// What people type while a run is driven by another process, and before and after.
@Suite struct CommandTests {
    /// One run, driven by one process after another, until it is carried back.
    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a run is stopped, paused, resumed and carried back from other processes`() async throws {
        try await TwinSession.with(ShopServices.two, soak: "4s") { session in
            try await tellsThatNothingBegan(session)
            let plan = try await session.run("plan", "--summary")
            #expect(plan.code == 0, "\(plan.text)")

            let first = try session.start("run")
            try await session.waitForSteps(5)
            try StatusSchema.check(try await session.status())
            #expect(try await session.status()["state"] == "crossing")
            try await explainsWhatIsUnderWay(session, driver: first)
            try await refusesAnotherDriver(session, holder: first)
            try await stops(first)

            try session.copyJournal(to: "old.journal")
            let second = try session.start("run")
            try await session.waitForSteps(try await session.doneSteps() + 1)
            try await refusesAnOldCopy("old.journal", session)
            try await pauses(second, session)

            let third = try session.start("resume")
            try await session.waitForSteps(try await session.doneSteps() + 2)
            #expect(try await session.status()["state"] == "crossing")
            try await carriesBack(third, session)
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `the schema of the migration file is printed, whole and alone`() async throws {
        let path = try #require(Program.path)
        let program = try Program(path, ["schema"], in: FileManager.default.temporaryDirectory)
        #expect(try await program.ended() == 0)
        let schema = try JSON.parse(program.text)
        #expect(schema["title"] == "Migration")
        #expect(schema.at("properties", "spec", "properties", "copy", "type") == "object")
    }

    private func tellsThatNothingBegan(_ session: TwinSession) async throws {
        let status = try await session.status()
        try StatusSchema.check(status)
        #expect(status["state"] == "not begun")
        #expect(status["run"] == .null)
        let text = try await session.run("status")
        #expect(text.code == 0)
        #expect(text.text.contains("Migration twin: not begun"))
        #expect(try await session.remedies() == ["diolkos plan -f m.yaml"])
        let run = try await session.run("run")
        #expect(run.code == 2)
        #expect(run.text.contains("m.plan.json cannot be read"), "\(run.text)")
        for command in ["pause", "resume", "rollback", "finish"] {
            let order = try await session.run(command)
            #expect(order.code == 5, "\(order.text)")
            #expect(order.text.contains("m.journal: No such file or directory"), "\(order.text)")
        }
    }

    private func explainsWhatIsUnderWay(_ session: TwinSession, driver: Program) async throws {
        let status = try await session.status("--explain")
        try StatusSchema.check(status, isExplained: true)
        #expect(status.at("explanation", "driver") == .string("process \(driver.id)"))
        let waits = try #require(status.at("explanation", "waits")?.array)
        #expect(waits.allSatisfy { $0["step"]?.string != nil && $0["since"]?.string != nil })
        #expect(
            try await session.remedies() == [
                "diolkos pause -f m.yaml", "diolkos rollback -f m.yaml",
                "diolkos rollback --now -f m.yaml", "diolkos break-glass -f m.yaml",
            ]
        )
        let text = try await session.run("status", "--explain").text
        #expect(text.contains("\nDriven by process \(driver.id).\n"), "\(text)")
        #expect(text.contains("\nYou can\n  diolkos pause -f m.yaml"), "\(text)")
    }

    private func refusesAnotherDriver(_ session: TwinSession, holder: Program) async throws {
        let other = try await session.run("run")
        #expect(other.code == 4)
        #expect(
            other.text.contains(
                "another driver holds this run: process \(holder.id) of this machine holds "
                    + "m.journal.lock"
            ),
            "\(other.text)"
        )
        #expect(holder.isRunning)
    }

    /// As from another machine: its lock does not tell, and the lease at the site does.
    private func refusesAnOldCopy(_ journal: String, _ session: TwinSession) async throws {
        let copy = try await session.run("run", "--journal", journal)
        #expect(copy.code == 4, "\(copy.text)")
        #expect(copy.text.hasPrefix("Not driven: this journal ends at record "), "\(copy.text)")
        #expect(
            copy.text.hasSuffix(
                ": the journal lost its end or is an old copy. Find the newest one\n"
            ),
            "\(copy.text)"
        )
    }

    /// Ctrl-C: the steps under way end, and nothing is left under way.
    private func stops(_ driver: Program) async throws {
        #expect(try await driver.interrupted() == 130, "\(driver.text)")
        #expect(driver.text.contains("Stopping after the steps under way; once more ends at once."))
        #expect(
            driver.text.hasSuffix(
                "Stopped after the steps under way; `diolkos run` goes on from here.\n"
            )
        )
    }

    private func pauses(_ driver: Program, _ session: TwinSession) async throws {
        try await session.waitForSteps(try await session.doneSteps() + 1)
        let pause = try await session.run("pause")
        #expect(pause.code == 0)
        #expect(pause.text == "Asked for a pause; `diolkos resume` goes on.\n")
        #expect(try await driver.ended() == 3, "\(driver.text)")
        #expect(driver.text.contains("Waiting for you: the run is paused"), "\(driver.text)")
        let status = try await session.status()
        try StatusSchema.check(status)
        #expect(status["state"] == "paused")
        #expect(status.at("steps", "underWay") == 0)
        #expect(status["waitsFor"]?.string?.contains("`diolkos resume` goes on") == true)
        let text = try await session.run("status", "--explain").text
        #expect(text.contains("\nDriven by no process of this machine.\n"), "\(text)")
        #expect(text.contains("\n  - you, for the run is paused\n      since  20"), "\(text)")
        #expect(
            try await session.remedies() == [
                "diolkos resume -f m.yaml", "diolkos rollback -f m.yaml",
                "diolkos rollback --now -f m.yaml", "diolkos break-glass -f m.yaml",
            ]
        )
        let again = try await session.run("pause")
        #expect(again.code == 2)
        #expect(again.text == "pause is refused: the run is paused already; nothing was changed\n")
        let finish = try await session.run("finish")
        #expect(finish.code == 2)
        #expect(finish.text.hasPrefix("finish is refused: not everything has crossed yet: step "))
    }

    private func carriesBack(_ driver: Program, _ session: TwinSession) async throws {
        let rollback = try await session.run("rollback")
        #expect(rollback.code == 0, "\(rollback.text)")
        #expect(
            rollback.text == "Asked the driver to rollback: process \(driver.id) of this machine "
                + "holds m.journal.lock.\n"
        )
        #expect(try await driver.ended() == 0, "\(driver.text)")
        #expect(driver.text.hasSuffix("Everything is as it was before.\n"), "\(driver.text)")
        let status = try await session.status()
        try StatusSchema.check(status)
        #expect(status["state"] == "as it was before")
        #expect(status.at("steps", "done") == 0)
        for command in ["pause", "resume", "rollback", "finish"] {
            let order = try await session.run(command)
            #expect(order.code == 2)
            #expect(
                order.text
                    == "\(command) is refused: the run is over: as it was before; nothing was "
                    + "changed\n"
            )
        }
        let run = try await session.run("run")
        #expect(run.code == 0)
        #expect(run.text == "Everything is as it was before.\n")
        let (source, target) = try await session.snapshots()
        #expect(source.traces == [])
        #expect(target.traces == [])
    }

    /// Everything crosses, and is finished.
    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a finish leaves the target alone, and no trace and no way back`() async throws {
        try await TwinSession.with(ShopServices.two, soak: "2s") { session in
            #expect(try await session.run("plan", "--summary").code == 0)
            try await crossesWithADeploymentInBetween(session)
            let crossed = try await session.status()
            try StatusSchema.check(crossed)
            #expect(crossed["state"] == "crossed")
            #expect(crossed.at("workloads", in: 0)?["failure"] == .null)
            #expect(crossed.at("routes", in: 0)?["observedShare"] == 100)

            #expect(
                try await session.remedies() == [
                    "diolkos finish -f m.yaml", "diolkos rollback -f m.yaml",
                    "diolkos rollback --now -f m.yaml", "diolkos break-glass -f m.yaml",
                ]
            )

            let finish = try await session.run("finish")
            #expect(finish.code == 0, "\(finish.text)")
            #expect(finish.text.hasSuffix("Migrated.\n"))
            let migrated = try await session.status()
            try StatusSchema.check(migrated)
            #expect(migrated["state"] == "migrated")
            #expect(try await session.remedies() == [])
            #expect(migrated.at("steps", "done") == migrated.at("steps", "total"))
            try await leavesTheTargetAlone(session)

            for command in ["pause", "resume", "rollback", "finish"] {
                let order = try await session.run(command)
                #expect(order.code == 2)
                #expect(
                    order.text
                        == "\(command) is refused: the run is over: migrated; nothing was changed\n"
                )
            }
            let again = try await session.run("run")
            #expect(again.code == 0)
            #expect(again.text == "Migrated.\n")
        }
    }

    /// What somebody deploys while it crosses is planned again, and crosses as it is then.
    private func crossesWithADeploymentInBetween(_ session: TwinSession) async throws {
        let first = try session.start("run")
        try await session.eventually("the target serves a share") {
            let shares = try await session.status()["routes"]?.array ?? []
            return shares.contains { ($0["observedShare"]?.int ?? 0) > 0 }
        }
        #expect(try await first.interrupted() == 130, "\(first.text)")
        let early = try await session.run("plan", "--again", "shop/home")
        #expect(early.code == 2, "\(early.text)")
        #expect(early.text.contains("shop/home is not planned anew: "), "\(early.text)")
        try await session.deploy("home", version: "2")

        let met = try await session.run("run")
        #expect(met.code == 3, "\(met.text)")
        #expect(met.text.contains("Deployment shop/home was deployed anew at "), "\(met.text)")
        #expect(
            try await session.remedies() == [
                "diolkos plan --again shop/home -f m.yaml", "diolkos resume -f m.yaml",
                "diolkos rollback -f m.yaml", "diolkos rollback --now -f m.yaml",
                "diolkos break-glass -f m.yaml",
            ]
        )
        let unknown = try await session.run("plan", "--again", "shop/nobody")
        #expect(unknown.code == 2)
        #expect(unknown.text.contains("shop/nobody crosses in no lane of this run"))
        let again = try await session.run("plan", "--again", "shop/home")
        #expect(again.code == 0, "\(again.text)")
        #expect(
            again.text == "Planned shop/home anew, as it is at the source now.\n"
                + "`diolkos resume -f m.yaml` goes on with it.\n"
        )
        let resume = try await session.run("resume")
        #expect(resume.code == 0, "\(resume.text)")
        #expect(try await session.version(of: "home") == "2")
    }

    private func leavesTheTargetAlone(_ session: TwinSession) async throws {
        let (source, target) = try await session.snapshots()
        #expect(source.traces == [])
        #expect(target.traces == [])
        for kind in ["Deployment", "Service", "Ingress"] {
            let left = source.objects.keys.filter { $0.hasPrefix("\(kind) shop/") }
            #expect(left.sorted() == [])
        }
        for name in ["home", "basket"] {
            let service = try #require(target.objects["Service shop/\(name)"])
            #expect(service.at("spec", "selector") == ["app": .string(name)])
            let deployment = try #require(target.objects["Deployment shop/\(name)"])
            #expect(deployment.at("counts", "readyReplicas") == 1)
        }
        let entry = try #require(target.objects["Ingress shop/home"])
        #expect(entry.text().contains(#""service":{"name":"home""#))
    }

    /// Mistakes that are made before anything is sent.
    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `wrong input ends with its own code and changes nothing`() async throws {
        try await TwinSession.with(ShopServices.two) { session in
            #expect(try await session.run("plan", "--summary").code == 0)
            let path = session.folder.appendingPathComponent("m.plan.json")
            let plan = try String(contentsOf: path, encoding: .utf8)

            let digest = try await session.run("run", "--digest", String(repeating: "0", count: 64))
            #expect(digest.code == 2)
            #expect(digest.text.contains("nothing was changed"), "\(digest.text)")

            try Data(plan.replacing("60000", with: "60001").utf8).write(to: path)
            let edited = try await session.run("run")
            #expect(edited.code == 2)
            #expect(edited.text.contains("it was changed after it was written"), "\(edited.text)")

            try Data(plan.utf8).write(to: path)
            let file = session.folder.appendingPathComponent("m.yaml")
            let migration = try String(contentsOf: file, encoding: .utf8)
            let other = migration.replacing("name: twin\n", with: "name: other\n")
            try Data(other.utf8).write(to: session.folder.appendingPathComponent("other.yaml"))
            let swapped = try session.start(["run", "-f", "other.yaml", "--plan", "m.plan.json"])
            #expect(try await swapped.ended() == 2)
            #expect(
                swapped.text.hasPrefix(
                    "m.plan.json cannot be run: it is of the migration \"twin\", and the migration "
                        + "file is of \"other\""
                ),
                "\(swapped.text)"
            )
            let unreachable = try session.start(["plan", "-f", try session.unreachable()])
            #expect(try await unreachable.ended() == 1, "\(unreachable.text)")
            #expect(unreachable.text.contains("twin-"), "\(unreachable.text)")
            #expect(unreachable.text.contains("the connection was refused"))

            // A journal where nobody may write, root neither.
            let readOnly = try await session.run("run", "--journal", "/proc/m.journal")
            #expect(readOnly.code == 5, "\(readOnly.text)")
            #expect(
                readOnly.text.contains(
                    "the journal cannot be written: the lock /proc/m.journal.lock"
                ),
                "\(readOnly.text)"
            )

            let arguments = try session.start(["run", "--nonsense"])
            #expect(try await arguments.ended() == 64)

            let journal = session.folder.appendingPathComponent("m.journal")
            try Data("no journal".utf8).write(to: journal)
            let damaged = try await session.run("run")
            #expect(damaged.code == 5, "\(damaged.text)")
            #expect(try session.creations() == [])
        }
    }
}

extension TwinSession {
    /// The path of the same migration file with API servers that are not there.
    fileprivate func unreachable() throws -> String {
        func copy(_ name: String, to copy: String, _ change: (String) -> String) throws {
            let file = folder.appendingPathComponent(name)
            let text = change(try String(contentsOf: file, encoding: .utf8))
            try Data(text.utf8).write(to: folder.appendingPathComponent(copy))
        }
        let port = try Regex("127\\.0\\.0\\.1:[0-9]+")
        try copy("twin.kubeconfig", to: "nowhere") { $0.replacing(port, with: "127.0.0.1:1") }
        try copy("m.yaml", to: "lost.yaml") {
            $0.replacing("twin.kubeconfig", with: "nowhere")
        }
        return "lost.yaml"
    }

    /// Deploys at the source, as a pipeline does.
    fileprivate func deploy(_ name: String, version: String) async throws {
        let patch: JSON = [
            "spec": [
                "template": [
                    "metadata": ["annotations": ["shop.example/version": .string(version)]]
                ]
            ]
        ]
        try await withSites { source, _ in
            let kind = try await source.resource(group: "apps", kind: "Deployment")
            _ = try await source.patch(kind, namespace: "shop", name: name, .merge(patch))
        }
    }

    /// The version that runs at the target, as `deploy` gave it.
    fileprivate func version(of name: String) async throws -> String? {
        try await withSites { _, target in
            let kind = try await target.resource(group: "apps", kind: "Deployment")
            let found = try await target.get(kind, namespace: "shop", name: name)
            return found.at(
                "spec",
                "template",
                "metadata",
                "annotations",
                "shop.example/version"
            )?.string
        }
    }

    /// The commands that an explanation offers.
    func remedies() async throws -> [String] {
        let status = try await status("--explain")
        try StatusSchema.check(status, isExplained: true)
        let remedies = status.at("explanation", "canDo")?.array ?? []
        return remedies.compactMap { $0["command"]?.string }
    }
}

extension JSON {
    /// The element of a list that is a member.
    fileprivate func at(_ member: String, in index: Int) -> JSON? { self[member]?[index] }
}
