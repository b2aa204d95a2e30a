import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// Policies in the way of bridges.
@Suite struct BridgeAdmissionPlanTests {
    private let estate = EstateFixture.bridged

    @Test func `policies in the way are told, and passed by where the file wants that`() throws {
        var estate = estate
        let policy = estate.object("networking.k8s.io/v1", "NetworkPolicy", "shop", "closed")
        let mesh = estate.object("security.istio.io/v1", "PeerAuthentication", "shop", "strict")
        estate.source.obstacles = [
            BridgeObstacle(
                policy: policy.reference,
                barrier: .intoPods,
                concerns: ["Service shop/orders"],
                ports: ["http"]
            ),
            BridgeObstacle(
                policy: mesh.reference,
                barrier: .intoPods,
                concerns: [],
                reason: "it wants mTLS",
                remedy: "set PERMISSIVE"
            ),
        ]
        let told = try estate.plan()
        #expect(!told.steps.contains { $0.id.text.hasPrefix("policies/") })
        #expect(
            told.findings.contains(
                "NetworkPolicy shop/closed at old may stop bridges: it does not let nodes of both "
                    + "sites in to the pods behind Service shop/orders at http; let them in by a "
                    + "NetworkPolicy with ipBlocks, or write spec.bridges.policies: add, and the run "
                    + "does so while it lasts."
            )
        )
        estate.file.bridgeRule.policies = .add
        let passed = try estate.plan()
        let admission = BridgeAdmission(beside: policy.reference, letsIn: true, ports: ["http"])
        let step = try #require(
            passed.steps.first {
                $0.operation == .change(site: .source, change: .admitBridges(admission: admission))
            }
        )
        #expect(step.phase == .prepare && step.isUndoable)
        let doomed = DoomedObject(reference: admission.reference, uid: nil)
        #expect(
            passed.steps.contains {
                $0.phase == .finish
                    && $0.operation == .change(site: .source, change: .delete(objects: [doomed]))
            }
        )
        #expect(!passed.findings.contains { $0.contains("shop/closed") })
        #expect(passed.findings.contains { $0.contains("shop/strict") })
    }

    @Test func `what is added lets in the Job that listens too, before it listens`() throws {
        var estate = estate
        let policy = estate.object("networking.k8s.io/v1", "NetworkPolicy", "shop", "closed")
        func obstacle(
            _ barrier: BridgeObstacle.Barrier,
            _ reach: BridgeReach,
            _ ports: [String]
        ) -> BridgeObstacle {
            BridgeObstacle(
                policy: policy.reference,
                barrier: barrier,
                reach: reach,
                concerns: ["somebody"],
                ports: ports
            )
        }
        estate.source.obstacles = BridgeReach.allCases.flatMap { reach in
            [
                obstacle(.intoPods, reach, ["http"]), obstacle(.intoListener, reach, ["8080"]),
                obstacle(.outOfTrials, reach, []),
            ]
        }
        estate.file.bridgeRule.policies = .add
        func admissions(_ plan: Plan) -> [BridgeAdmission] {
            plan.steps.compactMap { step in
                guard case .change(.source, .admitBridges(let admission)) = step.operation
                else { return nil }
                return admission
            }
        }
        func expected(_ reach: BridgeReach) -> [BridgeAdmission] {
            [
                BridgeAdmission(
                    beside: policy.reference,
                    letsIn: true,
                    reach: reach,
                    ports: ["8080", "http"]
                ),
                BridgeAdmission(beside: policy.reference, letsIn: false, reach: reach, ports: []),
            ]
        }
        let plan = try estate.plan()
        #expect(admissions(plan) == expected(.nodes))
        let listening = try #require(
            plan.steps.first { $0.id.text == "bridges/link/listen-at-target" }
        )
        #expect(listening.after.contains(StepID("policies/shop/diolkos-in-closed-at-source")))
        var flat = EstateFixture.flat
        flat.source.obstacles = estate.source.obstacles
        flat.file.bridgeRule.policies = .add
        #expect(admissions(try flat.plan()) == expected(.pods))
        // Of pods whose ranges nobody tells nothing can be let in.
        flat.target.ranges.pods = []
        #expect(admissions(try flat.plan()) == [])
    }
}
