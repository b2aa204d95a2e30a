import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// A cluster with the few objects that a test needs, made by hand.
struct Estate: Sendable {
    let cluster: EmbeddedCluster

    init(_ name: String, seed: UInt64) {
        cluster = EmbeddedCluster(
            time: SystemTime(),
            identifiers: CountedIdentifiers(name).next,
            seed: seed
        )
    }

    func addNamespace(_ name: String) throws {
        try cluster.create(
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]],
            manager: "test"
        )
    }

    /// Adds one pod of the Deployment `workload`.
    func addPod(
        _ name: String,
        of workload: String,
        in namespace: String,
        annotations: [String: String] = [:],
        environment: [String: String] = [:],
        readinessDelay: Int? = nil,
        grace: Int = 30,
        nodeSelector: [String: String] = [:]
    ) throws {
        var container: JSON = [
            "name": "main", "image": "example.test/image:1",
            "ports": [["containerPort": 8080]],
            "env": .array(
                environment.sorted { $0.key < $1.key }
                    .map { ["name": .string($0.key), "value": .string($0.value)] }
            ),
        ]
        if let readinessDelay {
            container["readinessProbe"] = [
                "httpGet": ["path": "/healthz", "port": 8080],
                "initialDelaySeconds": .int(readinessDelay),
            ]
        }
        try cluster.create(
            [
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": [
                    "name": .string(name), "namespace": .string(namespace),
                    "labels": ["app": .string(workload), "pod-template-hash": "abc"],
                    "annotations": .object(annotations.mapValues(JSON.string)),
                    "ownerReferences": [
                        [
                            "apiVersion": "apps/v1", "kind": "ReplicaSet", "controller": true,
                            "name": .string("\(workload)-abc"), "uid": "owner",
                        ]
                    ],
                ],
                "spec": [
                    "terminationGracePeriodSeconds": .int(grace), "containers": [container],
                    "nodeSelector": .object(nodeSelector.mapValues(JSON.string)),
                ],
            ],
            manager: "test"
        )
    }

    /// Adds a Service for port 80 of the pods of `workload`, or of nobody.
    func addService(
        _ name: String,
        in namespace: String,
        selecting workload: String?,
        nodePort: Int? = nil
    ) throws {
        var port: JSON = ["port": 80, "targetPort": 8080]
        port["nodePort"] = nodePort.map { .int($0) }
        var spec: JSON = [
            "type": nodePort == nil ? "ClusterIP" : "NodePort", "ports": [port],
        ]
        if let workload { spec["selector"] = ["app": .string(workload)] }
        try cluster.create(
            [
                "apiVersion": "v1", "kind": "Service",
                "metadata": ["name": .string(name), "namespace": .string(namespace)],
                "spec": spec,
            ],
            manager: "test"
        )
    }

    func addIngress(_ host: String, to service: String, in namespace: String) throws {
        try cluster.create(
            [
                "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                "metadata": ["name": .string(service), "namespace": .string(namespace)],
                "spec": [
                    "rules": [
                        [
                            "host": .string(host),
                            "http": [
                                "paths": [
                                    [
                                        "path": "/", "pathType": "Prefix",
                                        "backend": [
                                            "service": [
                                                "name": .string(service),
                                                "port": ["number": 80],
                                            ]
                                        ],
                                    ]
                                ]
                            ],
                        ]
                    ]
                ],
            ],
            manager: "test"
        )
    }

    /// Adds a slice that nobody keeps up: a bridge.
    func addBridge(_ service: String, in namespace: String, to address: String, port: Int) throws {
        try cluster.create(
            [
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": [
                    "name": .string("\(service)-bridge"), "namespace": .string(namespace),
                    "labels": [
                        "kubernetes.io/service-name": .string(service),
                        "endpointslice.kubernetes.io/managed-by": "test",
                    ],
                ],
                "addressType": "IPv4",
                "ports": [["name": "", "port": .int(port), "protocol": "TCP"]],
                "endpoints": [["addresses": [.string(address)]]],
            ],
            manager: "test"
        )
    }

    func isReady(_ pod: String, in namespace: String) -> Bool {
        cluster.get(.pods, namespace: namespace, name: pod)?.hasCondition("Ready") ?? false
    }
}
