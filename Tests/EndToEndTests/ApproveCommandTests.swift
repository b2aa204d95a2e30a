import Foundation
import JSONValues
import MigrationModel
import SiteSupport
import Testing

/// A run that waits for a person, and for what a person wants tried, in processes of their own.
@Suite struct ApproveCommandTests {
    private static let wishes = """
          approvals: {fullShare: true}
          probes:
            - {name: dial, workload: shop/home, tcp: {port: 80}}
            - {name: health, workload: shop/home, grpc: {port: 80, service: shop.Home}}
            - {name: books, route: home.example, job: {image: "books:1", command: [check]}}

        """

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `what waits for a person begins when one has approved it, and that is on record`()
        async throws
    {
        try await TwinSession.with(ShopServices.two) { session in
            let file = session.folder.appendingPathComponent("m.yaml")
            let text = try String(contentsOf: file, encoding: .utf8)
            try Data((text + Self.wishes).utf8).write(to: file)
            let plan = try await session.run("plan", "--summary")
            #expect(plan.code == 0, "\(plan.text)")

            let first = try await session.run("run")
            #expect(first.code == 3, "\(first.text)")
            #expect(
                first.text.contains(
                    "Waiting for you: your approval of routes/home.example/approval: "
                ),
                "\(first.text)"
            )
            try await wasTried(session)
            let stranger = try await session.run("approve", "routes/elsewhere/approval")
            #expect(stranger.code == 2)
            #expect(stranger.text.contains("now waits routes/home.example/approval"))
            let remedies = try await session.remedies()
            #expect(remedies.contains { $0.hasPrefix("diolkos approve -f m.yaml") }, "\(remedies)")

            let approved = try await session.run("approve", "--by", "ada")
            #expect(approved.code == 0, "\(approved.text)")
            #expect(approved.text.hasPrefix("Approved: Wait until somebody approves that all of"))
            #expect(try await session.status()["state"] == "crossed")
            let approvals = try await session.journal().compactMap { record -> Approval? in
                if case .command(.approve(let approval)) = record.entry { approval } else { nil }
            }
            #expect(
                approvals == [
                    Approval(steps: [StepID("routes/home.example/approval")], by: "ada")
                ]
            )
            #expect(try await session.run("approve").code == 2)
        }
    }

    /// Each probe ran before the first weight, and its Job is gone.
    private func wasTried(_ session: TwinSession) async throws {
        let done = try await session.journal().compactMap { record -> String? in
            if case .done(let step, _, _) = record.entry { step.text } else { nil }
        }
        let weight = try #require(done.firstIndex(of: "routes/home.example/weight-25"))
        for probe in ["dial", "health"] {
            let step = "workloads/shop/home/probe-\(probe)/remove"
            #expect(try #require(done.firstIndex(of: step)) < weight)
        }
        let books = "routes/home.example/probe-books/remove"
        #expect(try #require(done.firstIndex(of: books)) < weight)
        #expect(try await session.jobs().allSatisfy { !$0.hasPrefix("diolkos-probe") })
    }
}
