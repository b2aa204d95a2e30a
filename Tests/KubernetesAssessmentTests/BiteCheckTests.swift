import KubernetesAssessment
import MigrationModel
import Testing

@Suite struct BiteCheckTests {
    @Test func `services that reach out of the cluster are to be decided about`() async throws {
        let scene = AssessmentScene(
            source: """
                apiVersion: v1
                kind: Service
                metadata: {name: public, namespace: shop}
                spec: {type: LoadBalancer, ports: [{port: 80, nodePort: 30080}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: pinned, namespace: shop}
                spec: {externalIPs: [192.0.2.7], ports: [{port: 80}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: inner, namespace: shop}
                spec: {ports: [{port: 80, nodePort: 30081}]}
                """,
            target: """
                apiVersion: v1
                kind: Service
                metadata: {name: squatter, namespace: other}
                spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
                """
        )
        #expect(try await scene.found("load-balancer") == ["Service shop/public"])
        #expect(try await scene.found("external-address") == ["Service shop/pinned"])
        #expect(try await scene.found("node-port-taken") == ["Service shop/public"])
    }

    @Test func `names are in danger only where an external-dns runs at the target`() async throws {
        let ingress = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web, namespace: shop}
            spec: {rules: [{host: shop.example.org}]}
            """
        #expect(try await AssessmentScene(source: ingress).found("external-dns") == [])
        let dns = AssessmentScene(source: ingress, target: deployment("external-dns"))
        let findings = try await dns.findings("external-dns")
        #expect(findings.map(\.severity) == [.decide])
        #expect(findings.first?.objects == ["Ingress.networking.k8s.io shop/web"])
    }

    @Test func `a target group that is owned alone is left out, and to be decided about`()
        async throws
    {
        let scene = AssessmentScene(
            source: """
                apiVersion: elbv2.k8s.aws/v1beta1
                kind: TargetGroupBinding
                metadata: {name: alone, namespace: shop}
                spec: {targetGroupARN: "arn:a"}
                ---
                apiVersion: elbv2.k8s.aws/v1beta1
                kind: TargetGroupBinding
                metadata: {name: shared, namespace: shop}
                spec: {targetGroupARN: "arn:b", multiClusterTargetGroup: true}
                """
        )
        let findings = try await scene.findings("target-group-binding")
        #expect(findings.map(\.severity) == [.decide])
        #expect(findings.first?.objects == ["TargetGroupBinding.elbv2.k8s.aws shop/alone"])
    }

    private func webhook(_ name: String, policy: String) -> String {
        """
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: \(name)}
        webhooks:
          - name: \(name).example.org
            failurePolicy: \(policy)
            clientConfig: {caBundle: Q0E=, service: {namespace: hooks, name: \(name)}}

        """
    }

    @Test func `webhooks are told by what they do when nobody answers`() async throws {
        let scene = AssessmentScene(
            source: webhook("strict", policy: "Fail") + webhook("lenient", policy: "Ignore"),
            target: webhook("deaf", policy: "Fail") + webhook("served", policy: "Fail")
                + webhook("harmless", policy: "Ignore") + """
                    ---
                    {apiVersion: v1, kind: Service, metadata: {name: served, namespace: hooks}}
                    """
        )
        let own = try await scene.findings("webhook")
        #expect(own.map(\.severity) == [.decide, .note])
        #expect(own.first?.objects.first?.hasSuffix(" strict") == true)
        let deaf = try await scene.findings("webhook-unanswered")
        #expect(deaf.map(\.severity) == [.blocker])
        #expect(deaf.flatMap(\.objects).allSatisfy { $0.hasSuffix(" deaf") })
    }

    @Test func `only definitions with a conversion webhook are named`() async throws {
        func definition(_ kind: String, conversion: String) -> String {
            """
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: \(kind.lowercased())s.example.org}
            spec:
              group: example.org
              scope: Namespaced
              names: {kind: \(kind), plural: \(kind.lowercased())s}
              versions: [{name: v1, served: true, storage: true}]
              \(conversion)

            """
        }
        let scene = AssessmentScene(
            source: definition("Plain", conversion: "conversion: {strategy: None}")
                + definition(
                    "Odd",
                    conversion: "conversion: {strategy: Webhook, webhook: {clientConfig: {url: x}}}"
                )
        )
        #expect(
            try await scene.found("conversion-webhook")
                == ["CustomResourceDefinition.apiextensions.k8s.io odds.example.org"]
        )
    }

    @Test func `certificates are ordered once, and orders under way mean nothing elsewhere`()
        async throws
    {
        let scene = AssessmentScene(
            source: """
                apiVersion: cert-manager.io/v1
                kind: Certificate
                metadata: {name: own, namespace: shop}
                ---
                apiVersion: cert-manager.io/v1
                kind: Certificate
                metadata:
                  name: derived
                  namespace: shop
                  ownerReferences: [{apiVersion: networking.k8s.io/v1, kind: Ingress, name: web, uid: u}]
                ---
                apiVersion: acme.cert-manager.io/v1
                kind: Order
                metadata: {name: under-way, namespace: shop}
                """
        )
        let findings = try await scene.findings("certificate-order")
        #expect(findings.map(\.severity) == [.decide, .note])
        #expect(
            findings.map(\.objects) == [
                ["Certificate.cert-manager.io shop/own"],
                ["Order.acme.cert-manager.io shop/under-way"],
            ]
        )
    }

    @Test func `tokens and cloud identities are told from other accounts and Secrets`()
        async throws
    {
        let scene = AssessmentScene(
            source: """
                apiVersion: v1
                kind: Secret
                metadata: {name: robot, namespace: shop}
                type: kubernetes.io/service-account-token
                ---
                {apiVersion: v1, kind: Secret, metadata: {name: password, namespace: shop}}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata:
                  name: uploader
                  namespace: shop
                  annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/up"}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata:
                  name: reader
                  namespace: shop
                  annotations: {iam.gke.io/gcp-service-account: a@b.iam.gserviceaccount.com}
                ---
                {apiVersion: v1, kind: ServiceAccount, metadata: {name: plain, namespace: shop}}

                """
                    + deployment(
                        "sts",
                        spec: "volumes: [{name: t, projected: {sources: "
                            + "[{serviceAccountToken: {audience: vault, path: t}}]}}]"
                    )
                    + deployment("plain")
        )
        #expect(try await scene.found("account-token") == ["Secret shop/robot"])
        #expect(
            try await scene.found("cloud-identity") == [
                "Deployment.apps shop/sts", "ServiceAccount shop/reader",
                "ServiceAccount shop/uploader",
            ]
        )
    }

    @Test func `locks, jobs and schedules are told apart by their state`() async throws {
        let scene = AssessmentScene(
            source: """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: lock
                  namespace: shop
                  annotations: {control-plane.alpha.kubernetes.io/leader: "{}"}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}}
                ---
                {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: a, namespace: shop}}
                ---
                {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: b, namespace: kube-system}}
                ---
                {apiVersion: batch/v1, kind: Job, metadata: {name: runs, namespace: shop}, status: {active: 1}}
                ---
                apiVersion: batch/v1
                kind: Job
                metadata: {name: ended, namespace: shop}
                status: {completionTime: "2026-01-01T00:00:00Z"}
                ---
                {apiVersion: batch/v1, kind: CronJob, metadata: {name: daily, namespace: shop}, spec: {}}
                ---
                {apiVersion: batch/v1, kind: CronJob, metadata: {name: paused, namespace: shop}, spec: {suspend: true}}
                """
        )
        #expect(
            try await scene.found("leader-lock")
                == ["ConfigMap shop/lock", "Lease.coordination.k8s.io shop/a"]
        )
        let jobs = try await scene.findings("job-in-flight")
        #expect(jobs.map(\.objects) == [["Job.batch shop/runs"], ["Job.batch shop/ended"]])
        #expect(jobs.map(\.severity) == [.decide, .note])
        #expect(try await scene.found("cron-job") == ["CronJob.batch shop/daily"])
    }

    @Test func `data and node paths do not move`() async throws {
        let scene = AssessmentScene(
            source: """
                {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop}}
                ---
                {apiVersion: v1, kind: PersistentVolume, metadata: {name: disk}, spec: {local: {path: /d}}}
                ---
                {apiVersion: v1, kind: PersistentVolume, metadata: {name: cloud}, spec: {csi: {driver: x}}}

                """ + deployment("logs", spec: "volumes: [{name: l, hostPath: {path: /var/log}}]")
                    + deployment("web")
        )
        #expect(try await scene.found("volume-data") == ["PersistentVolumeClaim shop/data"])
        #expect(
            try await scene.found("host-path")
                == ["Deployment.apps shop/logs", "PersistentVolume disk"]
        )
    }

    @Test func `an autoscaler needs the API of its metrics`() async throws {
        let scalers = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: cpu, namespace: shop}
            spec: {metrics: [{type: Resource}]}
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: queue, namespace: shop}
            spec: {metrics: [{type: External}]}
            """
        let scene = AssessmentScene(
            source: scalers,
            target: "{apiVersion: metrics.k8s.io/v1beta1, kind: NodeMetrics, metadata: {name: a}}"
        )
        #expect(
            try await scene.found("autoscaler-without-metrics")
                == ["HorizontalPodAutoscaler.autoscaling shop/queue"]
        )
    }

    @Test func `who would revert us is known by labels, annotations and managers`() async throws {
        func map(_ name: String, _ metadata: String) -> String {
            "---\n{apiVersion: v1, kind: ConfigMap, "
                + "metadata: {name: \(name), namespace: shop, \(metadata)}}\n"
        }
        let scene = AssessmentScene(
            source: map("argo", "annotations: {argocd.argoproj.io/tracking-id: x}")
                + map("argo-fields", "managedFields: [{manager: argocd-controller}]")
                + map("flux", "labels: {kustomize.toolkit.fluxcd.io/name: x}")
                + map("helm", "annotations: {meta.helm.sh/release-name: x}")
                + map(
                    "operated",
                    "ownerReferences: [{apiVersion: db.example.org/v1, kind: Base, name: b, uid: u}]"
                )
                + map("mine", "labels: {app: x}, managedFields: [{manager: kubectl}]")
        )
        let findings = try await scene.findings("gitops")
        #expect(
            findings.map(\.objects) == [
                ["ConfigMap shop/argo", "ConfigMap shop/argo-fields"], ["ConfigMap shop/flux"],
                ["ConfigMap shop/helm"],
            ]
        )
        #expect(findings.map(\.severity) == [.decide, .decide, .note])
        #expect(try await scene.found("operator") == ["ConfigMap shop/operated"])
    }

    @Test func `pods that no node takes block, with labels and taints told apart`() async throws {
        let affinity = """
            affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
            {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]}}}
            """
        let gpu = "nodeSelector: {gpu: \"yes\"}"
        let scene = AssessmentScene(
            source: deployment("anywhere") + deployment("lost", spec: "nodeSelector: {zone: moon}")
                + deployment("ssd", spec: affinity) + deployment("kept-out", spec: gpu)
                + deployment(
                    "let-in",
                    spec: gpu + "\n      tolerations: [{key: gpu, operator: Exists}]"
                ) + node("old"),
            target: node("a", labels: ", disk: ssd")
                + node(
                    "b",
                    labels: ", gpu: \"yes\"",
                    spec: ", taints: [{key: gpu, effect: NoSchedule}]",
                    info: ", architecture: arm64"
                ).replacing("architecture: amd64, ", with: "")
        )
        let findings = try await scene.findings("no-node-fits")
        #expect(
            Set(findings.map(\.objects))
                == [["Deployment.apps shop/lost"], ["Deployment.apps shop/kept-out"]]
        )
        #expect(try await scene.found("architecture") == ["Node b"])
    }
}
