import MigrationEngine
import MigrationModel
import Simulation
import Testing

/// Trials that fail, and what is mended by the time that they are made again.
@Suite struct BridgeTrialScheduleTests {
    @Test func `a link that loses large packets is found before anything crosses`() throws {
        var course = ScheduleCourse()
        course.linkTrouble = LinkTrouble(.losesLargePackets, until: .seconds(3_600))
        let broken = Schedule(try MadeEstates.shop.get(), seed: 1, of: [], course: course).live()
        #expect(broken.end == .closed(.asItWasBefore))
        #expect(broken.problems == [])
        let failures = broken.records.compactMap { record -> String? in
            guard case .failed(let step, _, let failure) = record.entry else { return nil }
            return "\(step): \(failure.reason)"
        }
        let place = "bridges/link/transfer-from-source: packets of full size are lost from"
        #expect(failures.first?.hasPrefix(place) == true, "\(failures)")
        let crossed = broken.records.contains { record in
            guard case .intent(let step, _, _) = record.entry else { return false }
            return step.text.hasPrefix("workloads/")
        }
        #expect(!crossed)

        course.linkTrouble = LinkTrouble(.losesLargePackets, until: .seconds(15))
        // Whoever sees that it has failed goes back, or tries again what is mended by then.
        let healed = try (1...12).map { seed in
            Schedule(try MadeEstates.shop.get(), seed: UInt64(seed), of: [], course: course).live()
        }
        #expect(healed.allSatisfy { $0.problems == [] })
        #expect(
            healed.contains {
                $0.end == .closed(.migrated) && $0.records.count > broken.records.count
            }
        )
    }

    /// What the trial has found is mended, and the same run goes on.
    @Test func `a preparation that failed at a trial of bridges goes on once the link is mended`()
        throws
    {
        var course = ScheduleCourse()
        course.linkTrouble = LinkTrouble(.isCut, until: .seconds(60))
        let result = Schedule(try MadeEstates.shop.get(), seed: 1, of: [], course: course).live()
        let failed = result.records.compactMap { record -> String? in
            guard case .failed(let step, _, _) = record.entry else { return nil }
            return step.text
        }
        #expect(failed.contains { $0.hasSuffix("/try-from-target") }, "\(failed)")
        #expect(result.end == .closed(.migrated))
        #expect(result.problems == [])
    }

    @Test func `nobody is sent where what is tried does not succeed`() throws {
        var marks: Set<Mark> = []
        var found: [String] = []
        for seed in 1...8 as ClosedRange<UInt64> {
            let estate = try MadeEstates.probes.get()
            let result = Schedule(estate, seed: seed, of: [.probes]).live()
            #expect(result.problems == [], "seed \(seed)")
            marks.formUnion(result.marks)
            found +=
                Schedule(estate, seed: seed, of: [.probes], mutant: .overlooksTrials).live()
                .problems
        }
        #expect(marks.isSuperset(of: [.trialsFailed]))
        #expect(found.contains { $0.contains("what is tried there has failed") })
    }
}
