import JSONValues
import MigrationFile
import MigrationModel

extension SimulatedEstates {
    /// What is said of the estate in which everything that can be tried is tried.
    static var fileOfProbes: MigrationFile {
        var file = file(["shop"])
        file.target.entry = "http://10.1.0.10"
        file.source.entry = "http://10.0.0.10"
        let page = SmokeProbe(
            name: "page",
            subject: "home.example",
            trial: .http(HTTPTrial(host: "", path: "/"))
        )
        let image = BridgeProof.imageUsual
        let works: [(subject: SmokeRule.Subject, name: String, work: ProbeJob.Work)] = [
            (workload("basket"), "dial", .connect(host: "", port: 80, image: image)),
            (
                workload("rates"), "health",
                .grpcHealth(host: "", port: 80, service: "shop.Rates", image: image)
            ),
            (
                .route(RouteID("basket.example")), "books",
                .program(job: JSONText(bookkeeping))
            ),
        ]
        file.probes =
            [SmokeRule(subject: .route(RouteID("home.example")), probe: page)]
            + works.map { subject, name, work in
                let job = ProbeJob(probe: name, work: work, timeoutMilliseconds: 5_000)
                return SmokeRule(subject: subject, job: job)
            }
        file.gates = [
            GateRule(
                metric: MetricGate(
                    name: "errors",
                    url: "http://prometheus.example",
                    query: "errors",
                    max: 1,
                    heldMilliseconds: 2_000
                ),
                routes: [RouteID("home.example")]
            )
        ]
        file.comparisons = [
            AnswerComparison(route: RouteID("basket.example"), host: "", paths: ["/"])
        ]
        return file
    }

    private static func workload(_ name: String) -> SmokeRule.Subject {
        .workload(WorkloadID(kind: WorkloadID.kindUsual, namespace: "shop", name: name))
    }

    private static let bookkeeping: JSON = [
        "apiVersion": "batch/v1", "kind": "Job",
        "spec": [
            "backoffLimit": 1,
            "template": [
                "spec": [
                    "restartPolicy": "Never",
                    "containers": [["name": "probe", "image": "books:1", "command": ["check"]]],
                ]
            ],
        ],
    ]
}
