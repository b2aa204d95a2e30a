import KubernetesAssessment
import MigrationModel
import Testing

@Suite struct NeedCheckTests {
    @Test func `a storage class that the target lacks blocks, one that it has does not`()
        async throws
    {
        let scene = AssessmentScene(
            source: """
                {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: ebs}
                ---
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: gone, namespace: shop}
                spec: {storageClassName: fast}
                ---
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: fine, namespace: shop}
                spec: {storageClassName: slow}
                ---
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db, namespace: shop}
                spec:
                  template: {spec: {containers: []}}
                  volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: fast}}]
                """,
            target: """
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata: {name: slow}
                provisioner: nfs
                """
        )
        let findings = try await scene.findings("storage-class-absent")
        #expect(findings.map(\.severity) == [.blocker])
        #expect(
            findings.first?.objects
                == ["PersistentVolumeClaim shop/gone", "StatefulSet.apps shop/db"]
        )
        #expect(findings.first?.reason.contains("at the source ebs provides it") == true)
        #expect(findings.first?.remedy.contains("slow") == true)
    }

    @Test func `a claim without a class needs a default one`() async throws {
        let claim = """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data, namespace: shop}
            spec: {accessModes: [ReadWriteOnce]}
            """
        let without = AssessmentScene(source: claim)
        #expect(
            try await without.found("storage-class-absent") == ["PersistentVolumeClaim shop/data"]
        )
        let with = AssessmentScene(
            source: claim,
            target: """
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata:
                  name: standard
                  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
                """
        )
        #expect(try await with.found("storage-class-absent") == [])
    }

    @Test func `ingress classes are looked for by field and by the old annotation`() async throws {
        let scene = AssessmentScene(
            source: """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: a, namespace: shop}
                spec: {ingressClassName: haproxy}
                ---
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: b, namespace: shop, annotations: {kubernetes.io/ingress.class: alb}}
                spec: {}
                ---
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: c, namespace: shop}
                spec: {ingressClassName: nginx}
                ---
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: d, namespace: shop}
                spec: {}
                """,
            target: """
                {apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}}
                """
        )
        #expect(
            try await scene.found("ingress-class-absent") == [
                "Ingress.networking.k8s.io shop/a", "Ingress.networking.k8s.io shop/b",
                "Ingress.networking.k8s.io shop/d",
            ]
        )
    }

    @Test func `runtime and priority classes that pods name must be there`() async throws {
        let scene = AssessmentScene(
            source: deployment("sandboxed", spec: "runtimeClassName: gvisor")
                + deployment("fine", spec: "runtimeClassName: kata")
                + deployment("urgent", spec: "priorityClassName: gold")
                + deployment("lost", spec: "priorityClassName: nobody")
                    + """
                    ---
                    {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: gold}, value: 7}
                    """,
            target: "{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: kata}}"
        )
        #expect(try await scene.found("runtime-class-absent") == ["Deployment.apps shop/sandboxed"])
        let priorities = try await scene.findings("priority-class-absent")
        #expect(priorities.map(\.severity) == [.blocker, .note])
        #expect(
            priorities.map(\.objects) == [
                ["Deployment.apps shop/lost"], ["Deployment.apps shop/urgent"],
            ]
        )
    }

    @Test func `a pull secret that neither site has is named, with who wants it`() async throws {
        let scene = AssessmentScene(
            source: deployment("web", spec: "imagePullSecrets: [{name: here}, {name: gone}]") + """
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: runner, namespace: shop}
                imagePullSecrets: [{name: there}]
                ---
                {apiVersion: v1, kind: Secret, metadata: {name: here, namespace: shop}}
                """,
            target: "{apiVersion: v1, kind: Secret, metadata: {name: there, namespace: shop}}"
        )
        let findings = try await scene.findings("image-pull-secret-absent")
        #expect(findings.map(\.objects) == [["Deployment.apps shop/web"]])
        #expect(findings.first?.reason.contains("Secret gone") == true)
    }

    @Test func `what workloads name and nobody has is found wherever a pod can name it`()
        async throws
    {
        let scene = AssessmentScene(
            source: deployment(
                "web",
                spec: """
                    serviceAccountName: nobody
                          volumes:
                            - {name: a, configMap: {name: gone-map}}
                            - {name: b, secret: {secretName: gone-secret}}
                            - {name: c, persistentVolumeClaim: {claimName: gone-claim}}
                            - {name: d, configMap: {name: optional-map, optional: true}}
                            - {name: e, projected: {sources: [{configMap: {name: kube-root-ca.crt}}]}}
                            - {name: f, configMap: {name: present}}
                    """,
                container: """
                    env:
                                - {name: A, valueFrom: {secretKeyRef: {name: gone-key, key: x}}}
                              envFrom: [{configMapRef: {name: gone-env}}]
                    """
            ) + """
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: present, namespace: shop}}
                """
        )
        let reasons = try await scene.findings("reference-absent").map(\.reason)
        let named = reasons.compactMap { $0.split(separator: ",").first.map(String.init) }.sorted()
        #expect(
            named == [
                "they name ConfigMap shop/gone-env", "they name ConfigMap shop/gone-map",
                "they name PersistentVolumeClaim shop/gone-claim",
                "they name Secret shop/gone-key", "they name Secret shop/gone-secret",
                "they name ServiceAccount shop/nobody",
            ]
        )
    }
}
