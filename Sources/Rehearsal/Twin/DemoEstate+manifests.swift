import JSONValues

extension DemoEstate {
    /// The whole estate as objects, in an order in which they can be created.
    package static var manifests: [JSON] {
        manifests(of: services + [shards]) + [workload(mailer), schedule]
    }

    /// The same for an estate of other services.
    package static func manifests(of services: [Service]) -> [JSON] {
        let namespaces = Set(services.map(\.namespace)).sorted()
        return namespaces.map(namespaceManifest)
            + namespaces.flatMap(foundationManifests)
            + services.flatMap(serviceManifests)
            + services.compactMap(entryManifest)
    }

    private static func namespaceManifest(_ name: String) -> JSON {
        object("v1", "Namespace", nil, name, ["metadata": ["labels": ["team": .string(name)]]])
    }

    /// What the workloads of a namespace share.
    private static func foundationManifests(_ namespace: String) -> [JSON] {
        [
            object("v1", "ServiceAccount", namespace, "runner"),
            object(
                "v1",
                "ConfigMap",
                namespace,
                "settings",
                ["data": ["region": "north", "log-level": "info", "owner": .string(namespace)]]
            ),
            object(
                "v1",
                "Secret",
                namespace,
                "credentials",
                ["type": "Opaque", "stringData": ["token": .string("demo-\(namespace)")]]
            ),
            object(
                "rbac.authorization.k8s.io/v1",
                "Role",
                namespace,
                "reader",
                [
                    "rules": [
                        [
                            "apiGroups": [""], "resources": ["configmaps"],
                            "verbs": ["get", "list", "watch"],
                        ]
                    ]
                ]
            ),
            object(
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                namespace,
                "runner-reads",
                [
                    "roleRef": [
                        "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader",
                    ],
                    "subjects": [
                        [
                            "kind": "ServiceAccount", "name": "runner",
                            "namespace": .string(namespace),
                        ]
                    ],
                ]
            ),
        ]
    }

    private static func serviceManifests(_ service: Service) -> [JSON] {
        var manifests = [workload(service), serviceManifest(service)]
        if service.isAutoscaled { manifests.append(autoscaler(service)) }
        if service.hasDisruptionBudget { manifests.append(disruptionBudget(service)) }
        return manifests
    }

    private static func workload(_ service: Service) -> JSON {
        let name = JSON.string(service.name)
        var spec: JSON = [
            "replicas": .int(service.replicas),
            "selector": ["matchLabels": ["app": name]],
            "template": podTemplate(service),
        ]
        if service.isStateful {
            spec["serviceName"] = name
            spec["podManagementPolicy"] = "Parallel"
        }
        return object(
            "apps/v1",
            service.isStateful ? "StatefulSet" : "Deployment",
            service.namespace,
            service.name,
            ["metadata": ["labels": ["app": name]], "spec": spec]
        )
    }

    private static func podTemplate(_ service: Service) -> JSON {
        var annotations: JSONMembers = [
            "twin.diolkos.dev/latency": .string("\(service.workMilliseconds)ms")
        ]
        if !service.calls.isEmpty {
            annotations["twin.diolkos.dev/calls"] = .string(service.calls.joined(separator: ","))
        }
        if service.slowPerMille > 0 {
            annotations["twin.diolkos.dev/slow-share"] = .string("\(service.slowPerMille)/1000")
        }
        let settings: JSON = [
            "name": "REGION",
            "valueFrom": ["configMapKeyRef": ["name": "settings", "key": "region"]],
        ]
        let addresses = service.calls.map { call -> JSON in
            let variable = call.uppercased().map { $0.isLetter ? String($0) : "_" }.joined()
            return ["name": .string("\(variable)_ADDR"), "value": .string("\(call):80")]
        }
        return [
            "metadata": [
                "labels": ["app": .string(service.name)], "annotations": .object(annotations),
            ],
            "spec": [
                "serviceAccountName": "runner",
                "terminationGracePeriodSeconds": 10,
                "containers": [
                    [
                        "name": "main", "image": .string("demo/\(service.name):1.0"),
                        "ports": [["name": "http", "containerPort": 8080]],
                        "env": .array([settings] + addresses),
                        "envFrom": [["secretRef": ["name": "credentials"]]],
                        "readinessProbe": [
                            "httpGet": ["path": "/healthz", "port": "http"], "periodSeconds": 1,
                        ],
                        "resources": ["requests": ["cpu": "10m", "memory": "16Mi"]],
                    ]
                ],
            ],
        ]
    }

    /// Its Jobs run for two seconds, and none of them is forgotten while a demo lasts.
    private static var schedule: JSON {
        object(
            "batch/v1",
            "CronJob",
            report.namespace,
            report.name,
            [
                "spec": [
                    "schedule": "* * * * *", "successfulJobsHistoryLimit": 20,
                    "jobTemplate": [
                        "spec": [
                            "template": [
                                "metadata": ["annotations": ["twin.diolkos.dev/run-time": "2s"]],
                                "spec": [
                                    "serviceAccountName": "runner", "restartPolicy": "Never",
                                    "containers": [
                                        [
                                            "name": "main",
                                            "image": .string("demo/\(report.name):1.0"),
                                        ]
                                    ],
                                ],
                            ]
                        ]
                    ],
                ]
            ]
        )
    }

    private static func serviceManifest(_ service: Service) -> JSON {
        object(
            "v1",
            "Service",
            service.namespace,
            service.name,
            [
                "spec": [
                    "selector": ["app": .string(service.name)],
                    "ports": [["name": "http", "port": 80, "targetPort": "http"]],
                ]
            ]
        )
    }

    private static func autoscaler(_ service: Service) -> JSON {
        object(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            service.namespace,
            service.name,
            [
                "spec": [
                    "minReplicas": .int(service.replicas),
                    "maxReplicas": .int(service.replicas * 4),
                    "scaleTargetRef": [
                        "apiVersion": "apps/v1", "kind": "Deployment",
                        "name": .string(service.name),
                    ],
                    "metrics": [
                        [
                            "type": "Resource",
                            "resource": [
                                "name": "cpu",
                                "target": ["type": "Utilization", "averageUtilization": 70],
                            ],
                        ]
                    ],
                ]
            ]
        )
    }

    private static func disruptionBudget(_ service: Service) -> JSON {
        object(
            "policy/v1",
            "PodDisruptionBudget",
            service.namespace,
            service.name,
            [
                "spec": [
                    "maxUnavailable": 1,
                    "selector": ["matchLabels": ["app": .string(service.name)]],
                ]
            ]
        )
    }

    /// One Ingress a host, so that each can be led elsewhere by itself.
    private static func entryManifest(_ service: Service) -> JSON? {
        guard let host = service.host else { return nil }
        let backend: JSON = [
            "service": ["name": .string(service.name), "port": ["name": "http"]]
        ]
        let path: JSON = ["path": "/", "pathType": "Prefix", "backend": backend]
        return object(
            "networking.k8s.io/v1",
            "Ingress",
            service.namespace,
            service.name,
            ["spec": ["rules": [["host": .string(host), "http": ["paths": [path]]]]]]
        )
    }

    private static func object(
        _ apiVersion: String,
        _ kind: String,
        _ namespace: String?,
        _ name: String,
        _ content: JSON = .emptyObject
    ) -> JSON {
        var object = content
        object["apiVersion"] = .string(apiVersion)
        object["kind"] = .string(kind)
        object.set(.string(name), at: "metadata", "name")
        if let namespace { object.set(.string(namespace), at: "metadata", "namespace") }
        return object
    }
}
