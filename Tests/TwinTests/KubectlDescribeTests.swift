import Testing

/// `kubectl describe` of every kind that an estate is made of.
@Suite(.enabled(if: !Tool.kubectls.isEmpty, "skipped: no kubectl is at hand"))
struct KubectlDescribeTests {
    /// A kind with what must be read in its description.
    private static let expectations: [(object: String, texts: [String])] = [
        ("namespace/shop", ["Status:       Active", "Resource Quotas", "Container"]),
        ("deploy/web", ["2 desired | 2 updated | 2 total | 2 available", "ScalingReplicaSet"]),
        ("rs", ["Controlled By:  Deployment/web", "SuccessfulCreate", "Created pod: web-"]),
        (
            "sts/store",
            ["2 desired | 2 total", "create Pod store-0 in StatefulSet store successful"]
        ),
        ("ds/agent", ["Number of Nodes Scheduled with Available Pods: 2", "SuccessfulCreate"]),
        ("job/once", ["1 Succeeded / 0 Failed", "Job completed"]),
        ("svc/web", ["Type:", "ClusterIP", "Endpoints:", ":80"]),
        ("endpoints/web", ["Addresses:", "10."]),
        ("ing/front", ["shop.example", "web:80 (10."]),
        ("cm/settings", ["colour:", "blue"]),
        ("secret/keys", ["Type:  Opaque", "token:  6 bytes"]),
        ("sa/robot", ["Name:                robot"]),
        ("role/reader", ["pods", "[get list]"]),
        ("rolebinding/readers", ["ServiceAccount  robot  shop"]),
        ("hpa/web", ["Reference:", "Deployment/web", "Min replicas:"]),
        ("netpol/inner", ["Allowing ingress traffic", "app=web"]),
        ("pvc/data", ["Status:", "Capacity"]),
        ("quota/bound", ["pods      ", "20"]),
        ("limits/usual", ["Container", "memory"]),
        ("node/source-node-1", ["Taints:             <none>", "Ready", "HolderIdentity:"]),
    ]

    @Test(arguments: Tool.kubectls.map(\.path))
    func `describe shows each kind of an estate with what happened to it`(
        _ path: String
    ) async throws {
        try await ServedTwin.run { served in
            let kubectl = Kubectl(tool: served.aimed(Tool(path: path)))
            try await kubectl("apply -f -", input: Self.bounds, says: "namespace/shop created")
            // What is bounded waits until the quota's use is known.
            try await Task.sleep(for: .seconds(1))
            try await kubectl("apply -f -", input: Self.workloads, says: "deployment.apps/web")
            try await kubectl("apply -f -", input: Self.others, says: "service/web created")
            for workload in ["deploy/web", "sts/store", "ds/agent"] {
                try await kubectl(
                    "rollout status \(workload) -n shop --timeout=30s",
                    mayFail: false
                )
            }
            try await kubectl("wait job/once -n shop --for=condition=complete --timeout=20s")
            // kubectl 1.20 asks for them in a version that servers have left behind.
            let isNew = Tool.newKubectls.contains { $0.path == path }
            let slices = ("endpointslices", ["AddressType:", "IPv4", "Ready:", "true"])
            // Of several pods at once the newest kubectl shows no events.
            let pods = try await kubectl("get pods -n shop -l app=web -o name").rows
            let pod = try #require(pods.first?.first)
            let ofPod = [
                "Status:", "Running", "Successfully assigned shop/", "Pulled", "Started", "IP:",
                "QoS Class:",
            ]
            let more = [(pod, ofPod)] + (isNew ? [slices] : [])
            for (object, texts) in Self.expectations + more {
                let namespace = object.hasPrefix("node/") ? [] : ["-n", "shop"]
                let run = try await kubectl(["describe", object] + namespace)
                for text in texts {
                    #expect(run.output.contains(text), "\(object): no \(text) in \(run)")
                }
            }
            let events = try await kubectl("get events -n shop --sort-by=.metadata.name")
            #expect(events.rows.first == ["LAST", "SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"])
            #expect(events.rows.contains { $0.contains("Scheduled") }, "\(events)")
        }
    }

    private static let bounds = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: bound, namespace: shop}
        spec: {hard: {pods: "20"}}
        ---
        apiVersion: v1
        kind: LimitRange
        metadata: {name: usual, namespace: shop}
        spec: {limits: [{type: Container, defaultRequest: {memory: 64Mi}}]}
        """

    private static func template(_ app: String, more: String = "") -> String {
        """
          selector: {matchLabels: {app: \(app)}}
          template:
            metadata: {labels: {app: \(app)}}
            spec: {containers: [{name: main, image: "\(app):1", ports: [{containerPort: 80}]}]}
        """
    }

    private static let workloads = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          replicas: 2
        \(template("web"))
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: store, namespace: shop}
        spec:
          replicas: 2
          serviceName: store
        \(template("store"))
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: agent, namespace: shop}
        spec:
        \(template("agent"))
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: once, namespace: shop}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "once:1"}]}}}
        """

    private static let others = """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: front, namespace: shop}
        spec:
          rules:
          - host: shop.example
            http:
              paths:
              - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: shop}
        data: {colour: blue}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: keys, namespace: shop}
        stringData: {token: secret}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: robot, namespace: shop}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader, namespace: shop}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: readers, namespace: shop}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
        subjects: [{kind: ServiceAccount, name: robot, namespace: shop}]
        ---
        apiVersion: autoscaling/v1
        kind: HorizontalPodAutoscaler
        metadata: {name: web, namespace: shop}
        spec:
          minReplicas: 2
          maxReplicas: 4
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web, namespace: shop}
        spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: inner, namespace: shop}
        spec: {podSelector: {matchLabels: {app: web}}, ingress: [{}]}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: shop}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """
}
