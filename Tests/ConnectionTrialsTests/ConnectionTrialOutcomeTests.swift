import ConnectionTrials
import JSONValues
import KubernetesObjects
import Testing

struct ConnectionTrialOutcomeTests {
    private let trial = ConnectionTrial(
        namespace: "shop",
        name: "diolkos-try",
        image: "busybox:1.36",
        targets: [
            ConnectionTarget(host: "cart.shop", port: 80),
            ConnectionTarget(host: "fd00::1", port: 30_080),
        ]
    )

    @Test func `a pod that ended reports every target in its order`() {
        let outcome = outcome(of: ended(saying: "1 t 0\n0 o 20\n"))
        #expect(
            outcome
                == .done([
                    .init(target: trial.targets[0], answer: .answered(milliseconds: 20)),
                    .init(target: trial.targets[1], answer: .timedOut),
                ])
        )
    }

    @Test func `of several samples the middle one counts, or the mean where the clock is coarse`() {
        let fine = outcome(of: ended(saying: "0 o 31,4,7\n1 o 5\n"))
        let coarse = outcome(of: ended(saying: "0 o 40,0,10,0,10\n1 o 10,0\n"))
        func times(_ outcome: ConnectionTrialOutcome) -> [Int?] {
            guard case .done(let results) = outcome else { return [] }
            return results.map(\.answer.milliseconds)
        }
        #expect(times(fine) == [7, 5])
        #expect(times(coarse) == [5, 10])
    }

    @Test func `what the twin reports is read as it was meant`() {
        let outcome = outcome(of: ended(saying: ConnectionAnswer.report([.refused, .unresolved])))
        #expect(
            outcome
                == .done([
                    .init(target: trial.targets[0], answer: .refused),
                    .init(target: trial.targets[1], answer: .unresolved),
                ])
        )
    }

    @Test func `a pod is known by what it was told`() throws {
        let pod = try #require(trial.job.at("spec", "template"))
        let known = try #require(ConnectionTrial(pod))
        #expect(known.targets == trial.targets)
        #expect(known.manner.secondsMax(targets: 2) == trial.manner.secondsMax(targets: 2))
        var other = pod
        other.set([["name": "try", "command": ["sh", "-c", "sleep 1"]]], at: "spec", "containers")
        #expect(ConnectionTrial(other) == nil)
    }

    @Test func `a report that is cut off is no success`() {
        #expect(
            outcome(of: ended(saying: "0 o 20\n"))
                == .failed(reason: "reported nothing of fd00::1:30080")
        )
    }

    @Test func `an image without nc fails and says so`() {
        #expect(
            outcome(of: ended(saying: "the image has neither", code: 127))
                == .failed(reason: "ended with exit code 127: the image has neither")
        )
    }

    @Test func `an image that cannot be pulled is what it waits for`() {
        let pod = pod([
            "containerStatuses": [
                [
                    "state": [
                        "waiting": ["reason": "ImagePullBackOff", "message": "no such image"]
                    ]
                ]
            ]
        ])
        #expect(outcome(of: pod) == .underWay(seen: "ImagePullBackOff: no such image"))
    }

    @Test func `a pod without a node says what the scheduler said`() {
        let pod = pod([
            "conditions": [
                [
                    "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                    "message": "0/3 nodes are available",
                ]
            ]
        ])
        #expect(outcome(of: pod) == .underWay(seen: "Unschedulable: 0/3 nodes are available"))
    }

    @Test func `a job that took too long fails with its reason`() {
        var job = job
        job.set(
            [
                [
                    "type": "Failed", "status": "True", "reason": "DeadlineExceeded",
                    "message": "Job was active longer than specified deadline",
                ]
            ],
            at: "status",
            "conditions"
        )
        #expect(
            ConnectionTrial.outcome(job: job, pods: [])
                == .failed(
                    reason:
                        "failed: DeadlineExceeded (Job was active longer than specified deadline)"
                )
        )
    }

    @Test func `pods of an earlier job of the name are left aside`() {
        var stale = ended(saying: "0=1\n1=1\n")
        stale.set([["controller": true, "uid": "job-0"]], at: "metadata", "ownerReferences")
        #expect(
            outcome(of: stale)
                == .underWay(seen: "it has no Pod yet; if it gets none, its events say why")
        )
    }

    @Test func `the report of as many targets as may be fits into a termination message`() {
        let report = ConnectionAnswer.report(
            [ConnectionAnswer](
                repeating: .answered(milliseconds: 60_000),
                count: ConnectionTrial.targetsMax
            )
        )
        #expect(report.utf8.count <= 4_096)
    }

    @Test(arguments: ["", "cart", "cart:", ":80", "cart:0", "cart:65536", "cart:http"])
    func `what is no host and port is no target`(text: String) {
        #expect(ConnectionTarget(text) == nil)
    }

    private func outcome(of pod: JSON) -> ConnectionTrialOutcome {
        ConnectionTrial.outcome(job: job, pods: [pod])
    }

    private var job: JSON {
        var job = trial.job
        job.set("job-1", at: "metadata", "uid")
        return job
    }

    private func ended(saying message: String, code: Int = 0) -> JSON {
        let terminated: JSON = ["exitCode": .int(code), "message": .string(message)]
        return pod(["containerStatuses": [["state": ["terminated": terminated]]]])
    }

    private func pod(_ status: JSON) -> JSON {
        var pod = trial.job.at("spec", "template") ?? .emptyObject
        pod.set([["controller": true, "uid": "job-1"]], at: "metadata", "ownerReferences")
        pod["status"] = status
        return pod
    }
}
