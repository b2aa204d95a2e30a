import Clocks
import JSONValues
import KubernetesCopy
import MigrationModel
import Testing

/// A copy is taken back while somebody at the target has come to use a part of it.
@Suite struct StandingUseTests {
    private static let source = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {a: b}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: unused, namespace: shop}, data: {a: b}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: wanted, namespace: shop}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: certificate, namespace: shop}}
        ---
        {apiVersion: v1, kind: ServiceAccount, metadata: {name: reader, namespace: shop}}
        ---
        {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: reads, namespace: shop}}
        ---
        {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: writes, namespace: shop}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: reader-reads, namespace: shop}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reads}
        subjects: [{kind: ServiceAccount, name: reader, namespace: shop}]
        """

    /// What has crossed bears no mark any more, as what somebody made there.
    private static let standing = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              serviceAccountName: reader
              containers:
              - name: web
                image: web
                envFrom:
                - configMapRef: {name: settings}
                - secretRef: {name: wanted, optional: true}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: shop}
        spec:
          tls: [{hosts: [web.example.com], secretName: certificate}]
          defaultBackend: {service: {name: web, port: {number: 80}}}
        """

    @Test func `what something that stays names is kept, with the name of its user`() async throws {
        let scene = CopyScene.twin()
        try await scene.create(Self.source, at: scene.source)
        let rule = CopyRule(name: "shop", selection: CopySelection(namespaces: ["shop"]))
        #expect(try await scene.copy(rule).failures.map(\.key) == [])
        try await scene.create(Self.standing, at: scene.target)

        let undo = CopyUndo(of: "shop", at: scene.target, time: SystemTime())
        let plan = try await undo.plan(includesVolumes: false)
        #expect(
            plan.kept.map { "\($0.key): \($0.reason)" } == [
                "Namespace shop: Deployment shop/web and 1 more would go with it, and stays",
                "ConfigMap shop/settings: Deployment shop/web uses it, and stays",
                "Secret shop/certificate: Ingress shop/web uses it, and stays",
                "Secret shop/wanted: Deployment shop/web uses it, and stays",
                "ServiceAccount shop/reader: Deployment shop/web uses it, and stays",
                "Role.rbac.authorization.k8s.io shop/reads: Deployment shop/web uses it, and stays",
                "RoleBinding.rbac.authorization.k8s.io shop/reader-reads: Deployment shop/web uses "
                    + "it, and stays",
            ]
        )
        #expect(await undo.perform(plan).removed == 2)
        #expect(try await scene.get("configmaps shop/unused", at: scene.target) == nil)
        #expect(try await scene.get("configmaps shop/settings", at: scene.target) != nil)
    }
}
