import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    private static func state(_ driver: String, epoch: Int, run: String = "run-1") -> LeaseState {
        LeaseState(
            run: RunID(run),
            driver: driver,
            epoch: epoch,
            sequence: 7,
            headHash: "abc",
            renewedAtNanoseconds: 1_800_000_000_000_000_000,
            durationSeconds: 30
        )
    }

    /// One driver at a time.
    static let leasing: [PlatformCase] = [
        PlatformCase("lease", "a lease that another driver holds is refused, and it says who") {
            pair,
            name in
            let lease = pair.lease(.target, of: name)
            #expect(try await lease.read() == nil)
            let first = state("machine-a", epoch: 1)
            try await lease.take(first, seen: nil)
            #expect(try await lease.read() == first)
            let second = state("machine-b", epoch: 2)
            for seen in [nil, state("machine-a", epoch: 0)] {
                let reason = await driftReason { try await lease.take(second, seen: seen) }
                let wanted =
                    "Lease default/diolkos-\(name) at the target is held by the driver machine-a "
                    + "of run-1, epoch 1; let it end or stop it, and try again"
                #expect(reason == wanted)
            }
            #expect(try await lease.read() == first)
            let renewal = await driftReason { try await lease.renew(second) }
            #expect(renewal?.contains("is held by the driver machine-a") == true)
            try await lease.release(second, isOver: true)
            #expect(try await lease.read() == first)
            // Whoever saw it as it is may take it; the one before finds out.
            try await lease.take(second, seen: first)
            #expect(
                await driftReason { try await lease.renew(first) }?.contains("machine-b") == true
            )
            for held in [first, second] { try await lease.remove(held) }
            #expect(try await lease.read() == nil)
        },
        PlatformCase("lease-prompt", "no call of a lease waits for longer than five seconds") {
            pair,
            name in
            let lease = pair.lease(.source, of: name)
            try await lease.take(state("machine-a", epoch: 1), seen: nil)
            try await lease.renew(state("machine-a", epoch: 1))
            try await lease.release(state("machine-a", epoch: 1), isOver: true)
            let timeouts = pair.source.tap.timeouts
            #expect(!timeouts.isEmpty)
            #expect(timeouts.allSatisfy { $0 <= .seconds(5) }, "\(timeouts)")
        },
        PlatformCase(
            "lease-free",
            "a lease that was given up stays and says so, also when it is over"
        ) {
            pair,
            name in
            let lease = pair.lease(.source, of: name)
            let held = state("machine-a", epoch: 3)
            try await lease.take(held, seen: nil)
            var settled = held
            settled.isSettled = true
            try await lease.release(settled, isOver: false)
            var free = held
            free.driver = ""
            free.isSettled = true
            #expect(try await lease.read() == free)
            try await lease.release(settled, isOver: false)
            let next = state("machine-a", epoch: 4)
            try await lease.take(next, seen: free)
            #expect(try await lease.read() == next)
            for _ in 1...2 { try await lease.release(next, isOver: true) }
            var over = next
            over.driver = ""
            over.isOver = true
            #expect(try await lease.read() == over)
            // Whoever held it and sleeps finds out when it wakes up, and does not take the end back.
            await #expect {
                try await lease.renew(next)
            } throws: { error in
                guard case .drift(let reason)? = error as? ProviderError else { return false }
                return reason.contains(" says that run-1 is over: it has ended, or somebody ")
            }
            #expect(try await lease.read() == over)
            // It is no hold on the site: no run is under way, and another one may take it.
            let inventory = try await pair.platform(.source).inventory(namespaces: ["default"])
            #expect(!inventory.runsUnderWay.contains(next.run))
            let other = state("machine-b", epoch: 5, run: "run-2")
            try await lease.take(other, seen: over)
            #expect(try await lease.read() == other)
        },
        PlatformCase("lease-lost", "a lease that was taken though the answer was lost is ours") {
            pair,
            name in
            let lease = pair.lease(.target, of: name)
            let tap = pair.target.tap
            var seen: LeaseState?
            for epoch in 1...2 {
                let mine = state("machine-a", epoch: epoch)
                tap.spoil(write: 0, .answerLost)
                let before = seen
                await #expect(throws: ProviderError.self) {
                    try await lease.take(mine, seen: before)
                }
                try await lease.take(mine, seen: before)
                #expect(try await lease.read() == mine)
                seen = mine
            }
        },
        PlatformCase("lease-theirs", "a lease of that name that is not ours is left alone") {
            pair,
            name in
            try await pair.target.create([
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": ["name": .string("diolkos-\(name)"), "namespace": "default"],
                "spec": ["holderIdentity": "somebody"],
            ])
            let lease = pair.lease(.target, of: name)
            await #expect {
                _ = try await lease.read()
            } throws: { error in
                "\(error)".contains("is not a lease of this program; see who made it")
            }
        },
    ]
}
