import Clocks
import Composition
import Control
import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel
import MigrationPorts
import SiteSupport
import Testing
import Twin

/// What the whole program does for a Deployment with a name, it does for workloads of other kinds:
/// the way back without it, what it explains, the rights that it says it needs.
@Suite struct OtherKindsTests {
    private static let rules = [
        WorkloadRule(workload: id("Deployment", "mailer"), activation: .shared),
        WorkloadRule(workload: id("StatefulSet", "index"), activation: .shared),
    ]

    private static func id(_ kind: String, _ name: String) -> WorkloadID {
        WorkloadID(kind: kind, namespace: "shop", name: name)
    }

    @Test(
        .enabled(
            if: Shell.has("bash", "kubectl", "curl"),
            "skipped: bash, kubectl and curl are not all installed"
        )
    )
    func
        `every kind crosses, is put back by the script also when the target was lost, and finishes`()
        async throws
    {
        let calls = MadeCalls()
        try await TwinMigration.with(
            ShopKinds.manifests(beside: ShopServices.two),
            namespaces: ["shop"],
            time: FastTime(factor: 20),
            observers: { site in KubernetesClient.Observer(willCall: { calls.add($0, at: site) }) },
            edit: { $0.workloads = Self.rules }
        ) { migration in
            let ticks = TwinSite.allCases.map { migration.twin.pair[$0].watch([.jobs]) }
            let before = migration.scene
            try await migration.begin(try await migration.plan())
            #expect(try await migration.drive() == .waiting(.crossed))
            try await explainsEachKind(migration)
            try await breaksGlass(migration, to: before)

            var again = migration.anew("run-2")
            try await again.begin(try await again.plan())
            #expect(try await again.drive() == .waiting(.crossed))
            try await again.run.submit(.rollback)
            #expect(try await again.drive() == .closed(.asItWasBefore))
            #expect(try await again.differencesAtRest(from: before) == [])

            again = migration.anew("run-3")
            try await again.begin(try await again.plan())
            #expect(try await again.drive() == .waiting(.crossed))
            try await again.run.submit(.finish)
            #expect(try await again.drive() == .closed(.migrated))

            #expect(try await calls.lacking(rightsFor: migration.access) == [])
            let begun = ticks.flatMap { $0.takePending() ?? [] }
                .filter { $0.kind == .added && $0.object.controllerReference?["kind"] == "CronJob" }
                .compactMap(\.object.name)
            #expect(!begun.isEmpty)
            #expect(begun.count == Set(begun).count, "\(begun.sorted())")
        }
    }

    /// On the way back each last step of a kind says what it waits for, and what is seen of it.
    private func explainsEachKind(_ migration: TwinMigration) async throws {
        let records = try await migration.run.records()
        let crossed = try RunState(records: records)
        for kind in [("CronJob", "report"), ("Deployment", "mailer"), ("StatefulSet", "index")] {
            let lane = Lane.workload(id: Self.id(kind.0, kind.1))
            let step = try #require(
                crossed.plan.steps.last { $0.lane == lane && !$0.gatesBack.isEmpty }
            )
            let back: [JournalEntry] = [
                .command(.rollback), .undoIntent(step: step.id, attempt: 1),
            ]
            let all =
                records
                + back.enumerated().map { index, entry in
                    JournalRecord(
                        sequence: records.count + 1 + index,
                        epoch: crossed.epoch,
                        writtenAt: "then",
                        entry: entry
                    )
                }
            let state = try RunState(records: all)
            let explanation = RunExplanation(
                state,
                records: all,
                driver: "process 7",
                arguments: "-f m.yaml",
                looks: await RunLook(migration.access).look(at: state)
            )
            let wait = try #require(explanation.waits.first { $0.step == step.id })
            #expect(wait.what.hasPrefix("going back: \(step.undoSummary), until "), "\(wait)")
            #expect(wait.saw.allSatisfy { $0.hasPrefix("now: ") }, "\(wait)")
            #expect(!wait.saw.joined().contains("could not be asked"), "\(wait)")
            if kind.0 != "CronJob" { #expect(wait.saw.count == 1, "\(wait)") }
        }
    }

    /// First with a target that nobody reaches, then with both; the journal is of no use afterwards.
    private func breaksGlass(
        _ migration: TwinMigration,
        to before: TwinMigration.Scene
    ) async throws {
        let shell = try Shell()
        defer { shell.remove() }
        let state = try await migration.run.state()
        let kubeconfig = migration.twin.kubeconfig
        let path = try shell.write(kubeconfig.text, to: "kubeconfig")
        let lost = try shell.write(
            TwinKubeconfig(
                kubeconfig.entries.map { entry in
                    var entry = entry
                    entry.port = 1
                    return entry
                }
            ).text,
            to: "lost"
        )
        func script(target: String) throws -> String {
            var file = migration.file
            file.source.kubeconfig = path
            file.target.kubeconfig = target
            let url = "http://127.0.0.1:\(migration.twin.world.ports.control)"
            file.traffic = TrafficRule(balancer: .twin(url: url, front: nil))
            return BreakGlass(state, words: try PlainCommands(file, directory: "/")).script
        }

        let first = try await shell.bash(try script(target: lost))
        #expect(first.code != 0, "what cannot be cleaned up is not passed over")
        #expect(first.text.contains("cannot be ended; see that nobody drives"), "\(first.text)")
        #expect(migration.weights == before.weights)
        #expect(try ready("home", migration) == 1)

        let second = try await shell.bash(try script(target: path))
        #expect(second.code == 0, "\(second.text)")
        #expect(try await migration.differencesAtRest(from: before) == [])

        guard case .fenced(let reason) = try await migration.drive() else {
            Issue.record("what the script put back was driven on")
            return
        }
        #expect(reason.contains(" says that run-1 is over since record "), "\(reason)")
        #expect(reason.contains("somebody ran its break-glass script"), "\(reason)")
        #expect(try await migration.differencesAtRest(from: before) == [])
    }

    private func ready(_ name: String, _ migration: TwinMigration) throws -> Int {
        try #require(migration.twin.pair.source.get(.deployments, namespace: "shop", name: name))
            .at("status", "readyReplicas")?.int ?? 0
    }
}
