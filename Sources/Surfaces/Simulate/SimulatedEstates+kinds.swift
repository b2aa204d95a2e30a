import JSONValues
import MigrationFile
import MigrationModel
import Twin

extension SimulatedEstates {
    /// What is said of the estate that has workloads of every kind.
    static var fileOfKinds: MigrationFile {
        var file = file(["shop"])
        file.workloads = [
            WorkloadRule(workload: id("CronJob", "sweep"), activation: .shared)
        ]
        return file
    }

    /// A service that is reached from outside and one that it calls; schedules of each minute whose Jobs end
    /// before the next one or may overlap it, and one that is suspended; and a Job that runs.
    static var manifestsOfKinds: [JSON] {
        DemoEstate.manifests(of: [
            DemoEstate.Service(
                namespace: "shop",
                name: "home",
                calls: ["rates.shop"],
                host: "home.example",
                replicas: 2
            ),
            DemoEstate.Service(namespace: "shop", name: "rates"),
        ]) + [
            cronJob("report", runTime: "8s"), cronJob("sweep", runTime: "75s"),
            cronJob("nightly", runTime: "1s", isSuspended: true),
            [
                "apiVersion": "batch/v1", "kind": "Job",
                "metadata": ["name": "import", "namespace": "shop"],
                "spec": ["template": pods("import", runTime: "90s")],
            ],
        ]
    }

    private static func id(_ kind: String, _ name: String) -> WorkloadID {
        WorkloadID(kind: kind, namespace: "shop", name: name)
    }

    private static func cronJob(
        _ name: String,
        runTime: String,
        isSuspended: Bool = false
    ) -> JSON {
        [
            "apiVersion": "batch/v1", "kind": "CronJob",
            "metadata": ["name": .string(name), "namespace": "shop"],
            "spec": [
                "schedule": "* * * * *", "suspend": .bool(isSuspended),
                "jobTemplate": ["spec": ["template": pods(name, runTime: runTime)]],
            ],
        ]
    }

    /// Pods that end by themselves.
    private static func pods(_ name: String, runTime: String) -> JSON {
        [
            "metadata": [
                "labels": ["app": .string(name)],
                "annotations": [
                    "twin.diolkos.dev/run-time": .string(runTime),
                    "twin.diolkos.dev/calls": "rates.shop",
                ],
            ],
            "spec": [
                "restartPolicy": "Never",
                "containers": [["name": .string(name), "image": "registry.example/job:1"]],
            ],
        ]
    }
}
