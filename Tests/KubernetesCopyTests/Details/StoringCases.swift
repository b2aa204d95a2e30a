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
    /// What is stored, and how much of it: details 14, 15 and 21.
    static let storing = [
        CopyCase("namespaces", "a namespace keeps its policies, and no range of its cluster") {
            scene in
            let enforce = "pod-security.kubernetes.io/enforce"
            try await scene.open(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: NS}}",
                labels: "{\(enforce): restricted, team: web}"
            )
            let kind = try #require(try await scene.source.discovery().kind(named: "namespaces"))
            _ = try await scene.source.patch(
                kind,
                name: "namespaces",
                .merge([
                    "metadata": [
                        "annotations": ["openshift.io/sa.scc.uid-range": "1/2", "note": "kept"]
                    ]
                ])
            )
            try await scene.copy()
            let found = try #require(
                try await scene.copies.get("namespaces namespaces", at: scene.target)
            )
            #expect(found.labels[enforce] == "restricted")
            #expect(found.labels["team"] == "web")
            #expect(found.annotations["note"] == "kept")
            #expect(found.annotations["openshift.io/sa.scc.uid-range"] == nil)
            try await scene.expectNothingMore()
        },
        CopyCase("ending", "a namespace that ends is told once, at once") { scene in
            try await scene.open(CopyCase.deployment("web", replicas: 1))
            try await scene.make(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: NS}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: holds, namespace: NS, finalizers: [example.com/held]}
                """,
                atTarget: true
            )
            let namespaces = try #require(
                try await scene.target.discovery().kind(named: "namespaces")
            )
            _ = try await scene.target.delete(namespaces, name: "ending")
            let plan = try await scene.plan()
            #expect(plan.isBlocked)
            #expect(plan.findings.map(\.objects) == [["Namespace ending"]])
            #expect(
                plan.reason(of: "Deployment.apps ending/web")
                    == "its namespace is being deleted at the target"
            )
            let maps = try #require(try await scene.target.discovery().kind(named: "configmaps"))
            _ = try await scene.target.patch(
                maps,
                namespace: "ending",
                name: "holds",
                .merge(["metadata": ["finalizers": .null]])
            )
        },
        CopyCase("volumes", "nothing starts on a volume that arrived empty") { scene in
            try await CopyCase.copyVolumes(scene)
        },
        CopyCase("big", "an object of a megabyte arrives whole") { scene in
            let text = String(repeating: "0123456789", count: 100_000)
            try await scene.open(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: big, namespace: NS}
                data: {text: "\(text)"}
                """
            )
            try await scene.copy()
            #expect(
                try await scene.copied("configmaps big").at("data", "text")?.string == text
            )
            try await scene.expectNothingMore()
        },
    ]

    private static func copyVolumes(_ scene: DetailScene) async throws {
        try await scene.open(
            """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: NS-static}
            spec:
              capacity: {storage: 1Gi}
              accessModes: [ReadWriteOnce]
              persistentVolumeReclaimPolicy: Delete
              storageClassName: ""
              hostPath: {path: /data/NS}
            ---
            apiVersion: v1
            kind: PersistentVolume
            metadata:
              name: NS-drawn
              annotations: {pv.kubernetes.io/provisioned-by: ebs.csi.aws.com}
            spec:
              capacity: {storage: 1Gi}
              accessModes: [ReadWriteMany]
              storageClassName: none
              hostPath: {path: /data/drawn}
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data, namespace: NS}
            spec:
              accessModes: [ReadWriteOnce]
              storageClassName: ""
              volumeName: NS-static
              resources: {requests: {storage: 1Gi}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: db, namespace: NS}
            spec:
              replicas: 1
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec:
                  containers: [{name: a, image: a}]
                  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
            """
        )
        try await scene.pair.wait(until: "the claim is bound") {
            try await scene.original("persistentvolumeclaims data").at("status", "phase") == "Bound"
        }
        let running = scene.rule(.running)
        let plan = try await scene.plan(running)
        #expect(plan.objects(of: "volume-without-data") == ["Deployment.apps volumes/db"])
        let claim = plan.items.first { $0.key.kind == "PersistentVolumeClaim" }?.wanted
        #expect(claim?.at("spec", "volumeName") == nil)
        #expect(claim?.annotations == [:])
        try await scene.copy(running)
        #expect(try await scene.copied("deployments db").at("spec", "replicas") == 0)
        try await scene.expectNothingMore(running)
        let volumes = CopyRule(
            name: "volumes-too",
            selection: CopySelection(
                kinds: ["persistentvolumes"],
                names: ["volumes-static", "volumes-drawn"]
            )
        )
        let both = try await scene.plan(volumes)
        #expect(both.keys == ["PersistentVolume volumes-static"])
        #expect(both.reason(of: "PersistentVolume volumes-drawn") != nil)
        let wanted = both.items.first?.wanted
        #expect(wanted?.at("spec", "persistentVolumeReclaimPolicy") == "Retain")
        #expect(wanted?.at("spec", "claimRef", "uid") == nil)
        #expect(wanted?.at("spec", "claimRef", "name") == "data")
    }
}
