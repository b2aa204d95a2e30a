import JSONValues
import MigrationFile
import MigrationModel
import Testing

/// Jobs of a person's own that try what runs at the target.
@Suite struct FileProbeJobTests {
    private func job(_ text: String) throws -> JSON? {
        let document = """
            apiVersion: diolkos.dev/v1alpha1
            kind: Migration
            metadata: {name: shop}
            spec:
              source: {context: here}
              target: {context: there}
              namespaces: [shop]
              traffic: {provider: twin, twin: {url: "http://127.0.0.1:8081"}}
              probes:
                - name: books
                  workload: shop/ledger
                  \(text)
            """
        let file = try MigrationFile.parse(Array(document.utf8))
        guard case .inside(let probe) = file.probes.first?.trial,
            case .program(let job) = probe.work
        else { return nil }
        #expect(probe.probe == "books")
        return job.value
    }

    @Test func `an image and its words become a Job that ends by itself`() throws {
        let job = try #require(try job("job: {image: books:1, command: [check, --all]}"))
        #expect(job["kind"] == "Job")
        let spec = try #require(job["spec"])
        #expect(spec["activeDeadlineSeconds"] == 300)
        #expect(spec["ttlSecondsAfterFinished"] == 86_400)
        let pod = try #require(spec["template"]?["spec"])
        #expect(pod["restartPolicy"] == "Never")
        #expect(pod["automountServiceAccountToken"] == false)
        let container = try #require(pod["containers"]?.array?.first)
        #expect(container["image"] == "books:1")
        #expect(container["command"] == ["check", "--all"])
        #expect(container["terminationMessagePolicy"] == "FallbackToLogsOnError")
    }

    @Test func `a manifest stays what it is, but for its name`() throws {
        let job = try #require(
            try job(
                """
                timeout: 1m
                      job:
                        manifest:
                          apiVersion: batch/v1
                          kind: Job
                          metadata: {name: mine, labels: {team: books}}
                          spec:
                            backoffLimit: 4
                            template:
                              spec:
                                restartPolicy: OnFailure
                                containers: [{name: c, image: books:2}]
                """
            )
        )
        #expect(job["metadata"] == ["labels": ["team": "books"]])
        #expect(job["spec"]?["backoffLimit"] == 4)
        #expect(job["spec"]?["activeDeadlineSeconds"] == 60)
        #expect(job["spec"]?["template"]?["spec"]?["restartPolicy"] == "OnFailure")
    }
}
