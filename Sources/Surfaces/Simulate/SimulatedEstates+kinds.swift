import JSONValues
import MigrationFile
import MigrationModel
import Twin

extension SimulatedEstates {
    /// What is said of the estate that has workloads of every kind.
    static var fileOfKinds: MigrationFile {
        var file = file(["shop"])
        file.freeze = .admission
        file.workloads = [
            WorkloadRule(
                workload: id("StatefulSet", "cells"),
                activation: .exclusive,
                podNames: "they talk among themselves only"
            ),
            WorkloadRule(workload: id("Deployment", "clerk"), activation: .exclusive),
            WorkloadRule(workload: id("StatefulSet", "index"), activation: .shared),
            WorkloadRule(workload: id("Deployment", "mailer"), activation: .shared),
            WorkloadRule(
                workload: id("StatefulSet", "ring"),
                activation: .ordinals,
                podNames: "they talk among themselves only"
            ),
            WorkloadRule(workload: id("StatefulSet", "search"), activation: .ordinals),
            WorkloadRule(workload: id("CronJob", "sweep"), activation: .shared),
        ]
        return file
    }

    /// A service that is reached from outside and what it calls: a Deployment, a StatefulSet and a DaemonSet;
    /// workers that share what waits, a single one, and members that know each other by their own names;
    /// two whose pods cross by ordinals, one of them reached from
    /// outside and numbered from 4; schedules of each minute whose Jobs end before the next one or overlap it, and one that is suspended;
    /// and a Job that runs.
    static var manifestsOfKinds: [JSON] {
        let services = [
            DemoEstate.Service(
                namespace: "shop",
                name: "home",
                calls: ["rates.shop", "index.shop", "agent.shop"],
                host: "home.example",
                replicas: 2
            ),
            DemoEstate.Service(namespace: "shop", name: "rates"),
        ]
        return DemoEstate.manifests(of: services) + [
            workload("Deployment", "clerk", ["replicas": 1]),
            workload("Deployment", "mailer", ["replicas": 3]),
            workload("StatefulSet", "cells", ["replicas": 2, "serviceName": "cells"]),
            workload(
                "StatefulSet",
                "index",
                ["replicas": 2, "serviceName": "index", "podManagementPolicy": "Parallel"]
            ),
            workload("StatefulSet", "ring", ["replicas": 3, "serviceName": "ring"]),
            workload(
                "StatefulSet",
                "search",
                ["replicas": 3, "serviceName": "search", "ordinals": ["start": 4]]
            ),
            workload("DaemonSet", "agent", [:]),
            service("cells", isHeadless: true), service("index"), service("agent"),
            service("ring", isHeadless: true), service("search"),
            entry("search", host: "search.example", paths: ["/": "search"]),
            cronJob("report", runTime: "8s"), cronJob("sweep", runTime: "75s"),
            cronJob("nightly", runTime: "1s", isSuspended: true),
            [
                "apiVersion": "batch/v1", "kind": "Job",
                "metadata": ["name": "import", "namespace": "shop"],
                "spec": ["template": endingPods("import", runTime: "90s")],
            ],
        ]
    }

    private static func workload(_ kind: String, _ name: String, _ more: JSONMembers) -> JSON {
        let labels: JSON = ["app": .string(name)]
        var spec = more
        spec["selector"] = ["matchLabels": labels]
        spec["template"] = [
            "metadata": ["labels": labels],
            "spec": [
                "containers": [
                    [
                        "name": .string(name), "image": "registry.example/server:1",
                        "ports": [["name": "http", "containerPort": 8080]],
                    ]
                ]
            ],
        ]
        return [
            "apiVersion": "apps/v1", "kind": .string(kind),
            "metadata": ["name": .string(name), "namespace": "shop"], "spec": .object(spec),
        ]
    }

    private static func service(_ name: String, isHeadless: Bool = false) -> JSON {
        var spec: JSON = [
            "selector": ["app": .string(name)],
            "ports": [["name": "http", "port": 80, "targetPort": 8080]],
        ]
        if isHeadless { spec["clusterIP"] = "None" }
        return [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": .string(name), "namespace": "shop"], "spec": spec,
        ]
    }

    /// An Ingress with one host, and the Service of each of its paths.
    static func entry(_ name: String, host: String, paths: [String: String]) -> JSON {
        let paths = paths.sorted { $0.key < $1.key }.map { path, service -> JSON in
            [
                "path": .string(path), "pathType": "Prefix",
                "backend": ["service": ["name": .string(service), "port": ["number": 80]]],
            ]
        }
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": ["name": .string(name), "namespace": "shop"],
            "spec": [
                "rules": [["host": .string(host), "http": ["paths": .array(paths)]]]
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
                "jobTemplate": ["spec": ["template": endingPods(name, runTime: runTime)]],
            ],
        ]
    }

    /// Pods that end by themselves.
    private static func endingPods(_ name: String, runTime: String) -> JSON {
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
