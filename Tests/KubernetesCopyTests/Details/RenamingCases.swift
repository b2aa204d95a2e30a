import Clocks
import ControlPlaneSupport
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

extension CopyCase {
    /// What names a namespace, and who somebody is elsewhere: details 19 and 20.
    static let renaming = [
        CopyCase("bazaar", "under another name no reference to the old one is left unsaid") {
            scene in
            try await CopyCase.copyRenamed(scene)
        },
        CopyCase("identity", "an account keeps its role in the cloud, and no token comes along") {
            scene in
            let role = "arn:aws:iam::123456789012:role/shop"
            try await scene.open(
                """
                apiVersion: v1
                kind: ServiceAccount
                metadata:
                  name: robot
                  namespace: NS
                  annotations: {eks.amazonaws.com/role-arn: "\(role)"}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: held, namespace: NS}
                spec: {serviceAccountName: robot, containers: [{name: a, image: a}]}
                """
            )
            try await scene.copy(scene.rule(.running))
            let robot = try await scene.copied("serviceaccounts robot")
            #expect(robot.annotations["eks.amazonaws.com/role-arn"] == role)
            #expect(robot["secrets"] == nil)
            let pod = try await scene.copied("pods held")
            #expect(pod.at("spec", "serviceAccountName") == "robot")
            #expect(robot.uid != (try await scene.original("serviceaccounts robot").uid))
        },
    ]

    private static func copyRenamed(_ scene: DetailScene) async throws {
        let rule = CopyRule(
            name: "moved",
            selection: CopySelection(namespaces: ["bazaar"]),
            workloads: .running,
            transforms: CopyTransforms(namespaces: ["bazaar": "market"])
        )
        try await scene.open(references)
        try await scene.make(
            """
            apiVersion: refs.example.com/v1
            kind: Stall
            metadata: {name: one, namespace: NS}
            spec: {backendRef: {name: carts, namespace: NS}, url: "http://carts.NS.svc"}
            """
        )
        let plan = try await scene.plan(rule)
        #expect(
            plan.findings.filter { $0.check == "namespace-reference" }.flatMap(\.objects) == [
                "ConfigMap bazaar/doubtful data.flags", "ConfigMap bazaar/doubtful data.host",
            ]
        )
        // Somebody answers for the webhook as soon as its Service is there.
        let time = HookedTime(scene.pair.time) {
            let services = try #require(try await scene.target.discovery().kind(named: "services"))
            let accounts = try #require(
                try await scene.target.discovery().kind(named: "serviceaccounts")
            )
            guard
                try await scene.target.find(services, namespace: "market", name: "gateway") != nil,
                try await scene.target.find(accounts, namespace: "market", name: "default") != nil
            else { return false }
            try await scene.pair.target.addReadyPod(
                "answering",
                in: "market",
                labels: ["answers": "gateway"],
                address: "10.1.2.4"
            )
            return true
        }
        let summary = await CopyRun(plan, target: scene.copies.target, time: time).perform()
        #expect(summary.failures.map { "\($0.key): \($0.reason)" } == [])
        try await expectNameIsGone(plan, at: scene.target)
        try await scene.expectNothingMore(rule)
        let undo = CopyUndo(of: "moved", at: scene.target, time: scene.pair.time)
        let undone = try await undo.plan(includesVolumes: false)
        // The pod that answers is nobody's of this copy.
        #expect(undone.kept.map(\.key.description) == ["Namespace market"])
        let removed = await undo.perform(undone)
        #expect(removed.failures.map(\.reason) == [])
    }

    /// Searches everything that was copied, as the target has it, Secrets decoded.
    private static func expectNameIsGone(
        _ plan: CopyPlan,
        at target: KubernetesClient
    ) async throws {
        var searched: Set<String> = []
        for item in plan.items {
            let found = try await target.get(
                item.kind,
                namespace: item.key.namespace,
                name: item.key.name
            )
            var text = found.text()
            for (_, value) in found["data"]?.object ?? [:] where item.key.kind == "Secret" {
                let data = Data(base64Encoded: value.string ?? "") ?? Data()
                text += String(decoding: data, as: UTF8.self)
            }
            let isTold = item.key.name == "doubtful"
            #expect(text.contains("bazaar") == isTold, "\(item.key): \(text)")
            searched.insert(item.key.kind)
        }
        #expect(
            searched.isSuperset(of: [
                "Namespace", "RoleBinding", "ClusterRoleBinding", "NetworkPolicy", "ConfigMap",
                "Secret", "Deployment", "Ingress", "ValidatingWebhookConfiguration",
                "CustomResourceDefinition", "Stall",
            ])
        )
    }

    /// Every kind of reference to a namespace.
    private static let references = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: robot, namespace: NS}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: reader, namespace: NS}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
        subjects:
        - {kind: ServiceAccount, name: robot, namespace: NS}
        - {kind: User, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccount:NS:robot"}
        - {kind: Group, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccounts:NS"}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: stalls}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
        subjects: [{kind: ServiceAccount, name: robot, namespace: NS}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: inside, namespace: NS}
        spec:
          podSelector: {}
          ingress:
          - from:
            - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NS}}
            - namespaceSelector:
                matchExpressions:
                - {key: kubernetes.io/metadata.name, operator: In, values: [NS, other]}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
          namespace: NS
          annotations: {example.com/upstream: "http://carts.NS.svc.cluster.local"}
        data:
          nginx.conf: "server carts.NS.svc.cluster.local:80; server gateway.NS:443;"
          account: system:serviceaccount:NS:robot
          identity: spiffe://cluster.local/ns/NS/sa/robot
          path: /api/v1/namespaces/NS/pods
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: doubtful, namespace: NS}
        data: {flags: "--namespace=NS", host: "nobody.NS"}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: address, namespace: NS}
        stringData: {url: "mongodb://carts.NS.svc.cluster.local:27017/users"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: carts, namespace: NS}
        spec: {selector: {app: carts}, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: gateway, namespace: NS}
        spec: {selector: {answers: gateway}, ports: [{port: 443}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: carts, namespace: NS}
        spec:
          replicas: 0
          selector: {matchLabels: {app: carts}}
          template:
            metadata: {labels: {app: carts}}
            spec:
              serviceAccountName: robot
              affinity:
                podAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                  - topologyKey: kubernetes.io/hostname
                    namespaces: [NS]
                    labelSelector: {matchLabels: {app: carts}}
              containers:
              - name: carts
                image: carts
                args: ["--upstream=http://gateway.NS.svc.cluster.local:443", "--also=carts.NS"]
                env:
                - {name: CARTS, value: "http://carts.NS.svc:80"}
                - {name: SHORT, value: carts.NS}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: front
          namespace: NS
          annotations: {nginx.ingress.kubernetes.io/auth-url: "http://gateway.NS.svc.cluster.local/auth"}
        spec: {defaultBackend: {service: {name: carts, port: {number: 80}}}}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: stall-judge}
        webhooks:
        - name: judge.example.com
          admissionReviewVersions: [v1]
          sideEffects: None
          failurePolicy: Ignore
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NS}}
          clientConfig: {service: {namespace: NS, name: gateway}}
          rules:
          - {apiGroups: [nothing.example.com], apiVersions: ["*"], operations: [CREATE], resources: ["*"]}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: stalls.refs.example.com}
        spec:
          group: refs.example.com
          scope: Namespaced
          names: {plural: stalls, singular: stall, kind: Stall, listKind: StallList}
          conversion:
            strategy: Webhook
            webhook:
              conversionReviewVersions: [v1]
              clientConfig: {service: {namespace: NS, name: gateway, path: /convert}}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """
}
