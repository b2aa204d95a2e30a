import Foundation
import Clocks
import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

extension CopyCase {
    /// What cannot be changed or cannot be read: details 17 and 21.
    static let refusing = [
        CopyCase("fixed", "what cannot be changed is told, and neither deleted nor passed over") {
            scene in
            try await scene.open(CopyCase.fixed.map(\.before).joined(separator: "\n---\n"))
            try await scene.copy()
            for object in CopyCase.fixed {
                try await scene.delete(object.words)
                try await scene.make(object.after)
            }
            let plan = try await scene.plan()
            #expect(
                plan.objects(of: "needs-recreation").sorted() == [
                    "ConfigMap fixed/frozen", "DaemonSet.apps fixed/agent",
                    "Deployment.apps fixed/web", "PersistentVolumeClaim fixed/data",
                    "RoleBinding.rbac.authorization.k8s.io fixed/reader", "Secret fixed/frozen",
                    "Secret fixed/typed", "Service fixed/headless",
                    "StatefulSet.apps fixed/named", "StatefulSet.apps fixed/ordered",
                    "StatefulSet.apps fixed/stored",
                ]
            )
            #expect(plan.isBlocked)
            scene.pair.target.tap.reset()
            _ = await CopyRun(plan, target: scene.copies.target, time: scene.pair.time).perform()
            #expect(scene.pair.target.tap.writes == [])
        },
        CopyCase(
            "dead",
            "a group that nobody answers for does not hide the others",
            needsAggregation: true
        ) { scene in
            try await scene.open(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: NS}}"
            )
            try await scene.make(
                """
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: v1.dead.example.com}
                spec:
                  group: dead.example.com
                  version: v1
                  groupPriorityMinimum: 100
                  versionPriority: 10
                  insecureSkipTLSVerify: true
                  service: {namespace: NS, name: nobody}
                """
            )
            try await scene.pair.wait(until: "the group is known to be dead") {
                try await scene.source.refreshDiscovery().failure(of: "dead.example.com") != nil
            }
            let plan = try await scene.plan()
            #expect(plan.keys.contains("ConfigMap dead/a"))
            #expect(plan.findings.map(\.check) == ["group-not-answering", "not-yet-served"])
            #expect(!plan.isBlocked)
            try await scene.copy()
            #expect(try await scene.isAtTarget("configmaps a"))
            try await scene.delete("apiservices v1.dead.example.com")
        },
        CopyCase(
            "announced",
            "undo ends where nobody answers for what the copy announced",
            needsAggregation: true
        ) { scene in try await CopyCase.undoAnnounced(scene) },
    ]

    /// Its Service has an endpoint, but no server behind it.
    private static func undoAnnounced(_ scene: DetailScene) async throws {
        try await scene.open(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: nobody, namespace: NS}
            spec: {ports: [{port: 443}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: nobody-1, namespace: NS, labels: {kubernetes.io/service-name: nobody}}
            addressType: IPv4
            endpoints: [{addresses: [192.0.2.7]}]
            ports: [{port: 443}]
            ---
            apiVersion: apiregistration.k8s.io/v1
            kind: APIService
            metadata: {name: v1.announced.example.com}
            spec:
              group: announced.example.com
              version: v1
              groupPriorityMinimum: 100
              versionPriority: 10
              insecureSkipTLSVerify: true
              service: {namespace: NS, name: nobody}
            """
        )
        try await scene.copy(scene.rule(.running))
        try await scene.pair.wait(until: "the target's group is known to be dead") {
            try await scene.target.refreshDiscovery().failure(of: "announced.example.com") != nil
        }
        let undo = CopyUndo(of: scene.namespace, at: scene.target, time: scene.pair.time)
        let summary = await undo.perform(try await undo.plan(includesVolumes: false))
        #expect(summary.failures.map(\.reason) == [])
        #expect(summary.removed == 4)
        try await scene.delete("apiservices v1.announced.example.com")
    }

    /// One object, and what became of it at the source in a way that no update can follow.
    struct Recreated: Sendable {
        let words: String
        let before: String
        let after: String

        init(_ words: String, _ text: String, _ before: String, _ after: String) {
            self.words = words
            let whole = { (value: String) in
                text.replacingOccurrences(of: "FIXED", with: value)
            }
            self.before = whole(before)
            self.after = whole(after)
        }
    }

    private static let pod =
        "{metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}"

    static let fixed: [Recreated] = [
        Recreated(
            "services headless",
            """
            apiVersion: v1
            kind: Service
            metadata: {name: headless, namespace: NS}
            spec: {selector: {app: a}, ports: [{port: 80}]FIXED}
            """,
            ", clusterIP: None",
            ""
        ),
        set("named", "FIXED", "serviceName: one", "serviceName: two"),
        set(
            "ordered",
            "serviceName: one, podManagementPolicy: FIXED",
            "OrderedReady",
            "Parallel"
        ),
        set(
            "stored",
            "serviceName: one, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: "
                + "[ReadWriteOnce], resources: {requests: {storage: FIXED}}}}]",
            "1Gi",
            "2Gi"
        ),
        Recreated(
            "deployments web",
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: NS}
            spec:
              selector: {matchLabels: {FIXED}}
              template: {metadata: {labels: {app: a, tier: b}}, spec: {containers: [{name: a, image: a}]}}
            """,
            "app: a",
            "app: a, tier: b"
        ),
        Recreated(
            "daemonsets agent",
            """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent, namespace: NS}
            spec:
              selector: {matchLabels: {FIXED}}
              template: {metadata: {labels: {app: a, tier: b}}, spec: {containers: [{name: a, image: a}]}}
            """,
            "app: a",
            "app: a, tier: b"
        ),
        Recreated(
            "persistentvolumeclaims data",
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data, namespace: NS}
            spec:
              accessModes: [FIXED]
              storageClassName: nothing
              resources: {requests: {storage: 1Gi}}
            """,
            "ReadWriteOnce",
            "ReadWriteMany"
        ),
        Recreated(
            "rolebindings reader",
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: reader, namespace: NS}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: FIXED}
            subjects: [{kind: ServiceAccount, name: default, namespace: NS}]
            """,
            "one",
            "two"
        ),
        Recreated(
            "configmaps frozen",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: frozen, namespace: NS}
            immutable: true
            data: {colour: FIXED}
            """,
            "blue",
            "red"
        ),
        Recreated(
            "secrets frozen",
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: frozen, namespace: NS}
            immutable: true
            stringData: {colour: FIXED}
            """,
            "blue",
            "red"
        ),
        Recreated(
            "secrets typed",
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: typed, namespace: NS}
            type: FIXED
            stringData: {username: me, password: it}
            """,
            "Opaque",
            "kubernetes.io/basic-auth"
        ),
    ]

    private static func set(
        _ name: String,
        _ fields: String,
        _ before: String,
        _ after: String
    ) -> Recreated {
        Recreated(
            "statefulsets \(name)",
            """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: \(name), namespace: NS}
            spec: {replicas: 0, selector: {matchLabels: {app: a}}, template: \(pod), \(fields)}
            """,
            before,
            after
        )
    }
}
