import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

@testable import EmbeddedControllers

@Suite struct BatchTests {
    private let world = ControlledCluster()

    private func job(_ more: String) -> String {
        """
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j","namespace":"default",
         "labels":{"job":"j"}},
         "spec":{\(more)"selector":{"matchLabels":{"job":"j"}},"manualSelector":true,
         "template":{"metadata":{"labels":{"job":"j"}},
         "spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"j:1"}]}}}}
        """
    }

    /// Ends the pods that run, as their nodes would say it.
    private func end(_ phase: String, _ count: Int = .max) throws {
        let running = world.list(.pods).filter { $0.at("status", "phase") == "Running" }
        for pod in running.prefix(count) {
            try world.cluster.mutate(
                .pods,
                namespace: "default",
                name: pod.name ?? "",
                subresource: .status,
                manager: "kubelet"
            ) { $0.set(.string(phase), at: "status", "phase") }
        }
        world.settle(for: .seconds(5))
    }

    @Test func `a job runs as many pods at once as it may until enough have succeeded`() throws {
        try world.addNode("node-1")
        try world.create(job("\"completions\":3,\"parallelism\":2,"))
        world.settle()
        #expect(world.list(.pods).count == 2)
        #expect(world.list(.pods)[0].finalizers == ["batch.kubernetes.io/job-tracking"])
        #expect(world.get(.jobs, "j").number("status", "active") == 2)
        try end("Succeeded")
        #expect(world.get(.jobs, "j").number("status", "succeeded") == 2)
        #expect(world.get(.jobs, "j").number("status", "active") == 1)
        try end("Succeeded")
        let job = world.get(.jobs, "j")
        #expect(job.number("status", "succeeded") == 3)
        #expect(job.at("status", "active") == nil)
        #expect(job.at("status", "uncountedTerminatedPods") == .emptyObject)
        #expect(job.state("SuccessCriteriaMet") == "True (CompletionsReached)")
        #expect(job.state("Complete") == "True (CompletionsReached)")
        #expect(job.message("Complete") == "Reached expected number of succeeded pods")
        #expect(job.at("status", "completionTime") != nil)
        #expect(world.list(.pods).allSatisfy { $0.finalizers.isEmpty })
    }

    @Test func `a job whose pods fail too often fails, and waits longer each time before`() throws {
        try world.addNode("node-1")
        try world.create(job("\"completions\":1,\"parallelism\":1,\"backoffLimit\":1,"))
        world.settle()
        try end("Failed")
        #expect(world.list(.pods).count == 1)
        world.settle(for: .seconds(15))
        #expect(world.list(.pods).count == 2)
        try end("Failed")
        let job = world.get(.jobs, "j")
        #expect(job.number("status", "failed") == 2)
        #expect(job.state("FailureTarget") == "True (BackoffLimitExceeded)")
        #expect(job.state("Failed") == "True (BackoffLimitExceeded)")
        #expect(job.message("Failed") == "Job has reached the specified backoff limit")
    }

    @Test func `a suspended job has no pods, and goes on when it is resumed`() throws {
        try world.addNode("node-1")
        try world.create(job("\"completions\":1,\"parallelism\":1,"))
        world.settle()
        try world.change(.jobs, "j") { $0.set(true, at: "spec", "suspend") }
        world.settle()
        #expect(world.list(.pods).isEmpty)
        #expect(world.get(.jobs, "j").state("Suspended") == "True (JobSuspended)")
        #expect(world.get(.jobs, "j").at("status", "startTime") == nil)
        #expect(world.get(.jobs, "j").at("status", "failed") == nil)
        try world.change(.jobs, "j") { $0.set(false, at: "spec", "suspend") }
        world.settle()
        #expect(world.list(.pods).count == 1)
        #expect(world.get(.jobs, "j").state("Suspended") == "False (JobResumed)")
    }

    @Test func `a job that is deleted takes its pods along though they were never counted`() throws
    {
        try world.addNode("node-1")
        try world.create(job("\"completions\":1,\"parallelism\":1,"))
        world.settle()
        #expect(world.list(.pods).count == 1)
        // Without a word on its dependents, the API orphans the pods of a Job.
        try world.cluster.delete(
            .jobs,
            namespace: "default",
            name: "j",
            options: DeleteOptions(propagation: .background)
        )
        world.settle()
        #expect(world.list(.pods).isEmpty)
    }

    private func cronJob(_ more: String) -> String {
        """
        {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"c","namespace":"default"},
         "spec":{"schedule":"*/5 * * * *",\(more)"jobTemplate":{"metadata":{"labels":{"a":"b"}},
         "spec":{"completions":1,"parallelism":1,
         "selector":{"matchLabels":{"job":"j"}},"manualSelector":true,
         "template":{"metadata":{"labels":{"job":"j"}},
         "spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"j:1"}]}}}}}}
        """
    }

    @Test func `a cron job makes its jobs on time, named by the minute`() throws {
        try world.create(cronJob(""))
        world.settle(for: .seconds(290))
        #expect(world.list(.jobs).isEmpty)
        world.settle(for: .seconds(20))
        let job = try #require(world.list(.jobs).first)
        // 2026-01-01T00:05:00Z in minutes.
        #expect(job.name == "c-29453765")
        #expect(job.labels["a"] == "b")
        #expect(
            job.annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"]
                == "2026-01-01T00:05:00Z"
        )
        let cron = world.get(.cronJobs, "c")
        #expect(cron.at("status", "lastScheduleTime") == "2026-01-01T00:05:00Z")
        #expect(cron.at("status", "active")?[0]?["uid"]?.string == job.uid)
    }

    @Test func `a suspended cron job makes none, and only the last missed one when it is resumed`()
        throws
    {
        try world.create(cronJob("\"suspend\":true,"))
        world.settle()
        world.time.advance(by: .seconds(3_600))
        world.settle()
        #expect(world.list(.jobs).isEmpty)
        try world.change(.cronJobs, "c") { $0.set(false, at: "spec", "suspend") }
        world.settle(for: .seconds(10))
        #expect(
            world.get(.cronJobs, "c").at("status", "lastScheduleTime") == "2026-01-01T01:00:00Z"
        )
        #expect(world.list(.jobs).count == 1)
    }

    /// As seen at 1.25 and 1.36: what its status names as begun is not begun again.
    @Test func `a cron job that is resumed begins nothing that its status takes for begun`() throws
    {
        try world.create(cronJob("\"suspend\":true,"))
        world.settle()
        world.time.advance(by: .seconds(3_600))
        world.settle()
        try world.cluster.mutate(
            .cronJobs,
            namespace: "default",
            name: "c",
            subresource: .status,
            manager: "somebody"
        ) { $0.set("2026-01-01T01:00:00Z", at: "status", "lastScheduleTime") }
        try world.change(.cronJobs, "c") { $0.set(false, at: "spec", "suspend") }
        world.settle(for: .seconds(10))
        #expect(world.list(.jobs).isEmpty)
        world.settle(for: .seconds(300))
        #expect(world.list(.jobs).map { $0.name ?? "" } == ["c-29453825"])
    }

    @Test(arguments: [("Forbid", 1), ("Replace", 1), ("Allow", 3)])
    func `what a cron job does while one runs is what its policy says`(
        policy: String,
        count: Int
    ) throws {
        try world.create(cronJob("\"concurrencyPolicy\":\"\(policy)\","))
        world.settle(for: .seconds(920))
        #expect(world.list(.jobs).count == count)
        let last = policy == "Forbid" ? "00:05:00Z" : "00:15:00Z"
        #expect(
            world.get(.cronJobs, "c").at("status", "lastScheduleTime")?.string
                == "2026-01-01T\(last)"
        )
    }

    @Test(arguments: [
        ("*/15 * * * *", "2026-01-01T00:15:00Z"), ("30 3 * * *", "2026-01-01T03:30:00Z"),
        ("0 0 29 2 *", "2028-02-29T00:00:00Z"), ("0 12 * * mon-fri", "2026-01-01T12:00:00Z"),
        ("0 12 * * 6,7", "2026-01-03T12:00:00Z"), ("0 0 13 * 5", "2026-01-02T00:00:00Z"),
        ("@monthly", "2026-02-01T00:00:00Z"), ("5/20 1 * jun ?", "2026-06-01T01:05:00Z"),
        ("0 0 1-7/3 * *", "2026-01-04T00:00:00Z"),
    ])
    func `a schedule's next time is that of cron`(text: String, next: String) throws {
        let schedule = try #require(CronSchedule(text))
        let start = try #require(WallTime(rfc3339: "2026-01-01T00:00:30Z"))
        #expect(schedule.next(after: start)?.rfc3339 == next)
    }

    @Test(arguments: [
        "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "*/0 * * * *",
        "5-1 * * * *", "a * * * *", "1,,2 * * * *", "@sometimes",
    ])
    func `what is no schedule is none`(text: String) {
        #expect(CronSchedule(text) == nil)
    }
}
