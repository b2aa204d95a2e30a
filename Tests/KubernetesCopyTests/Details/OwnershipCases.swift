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
    /// Looked at first, while nothing but its own namespace is there.
    static let wholeCluster = [
        CopyCase("empty", "of a cluster with one empty namespace only that is copied") { scene in
            try await scene.open(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: NS}}"
            )
            try await scene.delete("configmaps a")
            let plan = try await scene.plan(CopyRule(name: "empty"))
            #expect(plan.keys == ["Namespace empty"])
            #expect(plan.findings == [])
            #expect(try await scene.plan().keys == ["Namespace empty"])
        }
    ]

    /// Who made what: details 1 to 6.
    static let ownership = [
        CopyCase("finalizers", "foreign finalizers stay behind, so that undo ends") { scene in
            try await scene.open(CopyCase.widgets)
            try await scene.make(
                """
                apiVersion: finalizers.example.com/v1
                kind: Widget
                metadata: {name: held, namespace: NS, finalizers: [example.com/held]}
                spec: {size: 1}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: held, namespace: NS, finalizers: [example.com/held]}
                """
            )
            try await scene.copy()
            #expect(try await scene.copied("widgets.finalizers.example.com held").finalizers == [])
            #expect(try await scene.copied("configmaps held").finalizers == [])
            let undo = CopyUndo(of: "finalizers", at: scene.target, time: scene.pair.time)
            let summary = await undo.perform(try await undo.plan(includesVolumes: false))
            #expect(summary.failures.map(\.reason) == [])
            #expect(summary.removed == 4)
        },
        CopyCase("owners", "chains are copied by their heads, and tied to their new owners") {
            scene in try await CopyCase.copyChains(scene)
        },
        CopyCase("generated", "a generated name is a name, and copied once") { scene in
            try await scene.open(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {generateName: gen-, name: gen-abcde, namespace: NS}
                """
            )
            try await scene.copy()
            try await scene.expectNothingMore()
        },
        CopyCase("tokens", "no token and no authority of the source arrives") { scene in
            try await scene.open(
                """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: robot, namespace: NS}
                ---
                apiVersion: v1
                kind: Secret
                metadata:
                  name: robot-forever
                  namespace: NS
                  annotations: {kubernetes.io/service-account.name: robot}
                type: kubernetes.io/service-account-token
                ---
                apiVersion: v1
                kind: Secret
                metadata:
                  name: robot-token-x7k2p
                  namespace: NS
                  annotations: {kubernetes.io/service-account.name: robot}
                type: kubernetes.io/service-account-token
                """
            )
            try await scene.pair.wait(until: "the source has written its token") {
                try await scene.original("secrets robot-forever").at("data", "token") != nil
            }
            let plan = try await scene.plan()
            #expect(plan.reason(of: "Secret tokens/robot-token-x7k2p") != nil)
            try await scene.copy()
            try await scene.pair.wait(until: "the target has written a token of its own") {
                try await scene.copied("secrets robot-forever").at("data", "token") != nil
            }
            let here = try await scene.original("secrets robot-forever")
            let there = try await scene.copied("secrets robot-forever")
            #expect(there["type"] == here["type"])
            #expect(there.at("data", "token") != here.at("data", "token"))
            #expect(
                there.annotations["kubernetes.io/service-account.uid"]
                    == (try await scene.copied("serviceaccounts robot").uid)
            )
            try await scene.expectNothingMore()
        },
        CopyCase("locks", "locks of leaders stay behind") { scene in
            try await scene.open(
                """
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: leader, namespace: NS}
                spec: {holderIdentity: me}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: leader
                  namespace: NS
                  annotations: {control-plane.alpha.kubernetes.io/leader: "{}"}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: operator, namespace: NS}
                spec: {containers: [{name: a, image: a}]}
                """
            )
            let pod = try await scene.original("pods operator").uid ?? ""
            try await scene.make(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: operator-lock
                  namespace: NS
                  ownerReferences: [{apiVersion: v1, kind: Pod, name: operator, uid: \(pod)}]
                """
            )
            let plan = try await scene.plan()
            #expect(plan.keys == ["Namespace locks"])
            #expect(plan.reason(of: "ConfigMap locks/operator-lock") == "it ends with Pod operator")
            #expect(
                plan.reason(of: "ConfigMap locks/leader") == "it is the lock of an elected leader"
            )
        },
    ]

    /// A kind of the case's own.
    static let widgets = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.NS.example.com}
        spec:
          group: NS.example.com
          scope: Namespaced
          names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      size: {type: integer}
                      colour: {type: string, default: blue}
                      parts:
                        type: array
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [name]
                        items:
                          type: object
                          required: [name]
                          properties: {name: {type: string}, count: {type: integer}}
        """

    private static func copyChains(_ scene: DetailScene) async throws {
        try await scene.open(widgets)
        try await scene.make(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: NS}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: web}]}
            ---
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata: {name: orphan, namespace: NS}
            spec:
              replicas: 1
              selector: {matchLabels: {app: orphan}}
              template:
                metadata: {labels: {app: orphan}}
                spec: {containers: [{name: web, image: web}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: shop, namespace: NS}
            spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
            ---
            apiVersion: owners.example.com/v1
            kind: Widget
            metadata: {name: parent, namespace: NS}
            spec: {size: 1}
            """
        )
        let widget = "widgets.owners.example.com"
        let ingress = try await scene.original("ingresses shop").uid ?? ""
        let parent = try await scene.original("\(widget) parent").uid ?? ""
        try await scene.make(
            """
            apiVersion: owners.example.com/v1
            kind: Widget
            metadata:
              name: certificate
              namespace: NS
              ownerReferences:
              - {apiVersion: networking.k8s.io/v1, kind: Ingress, name: shop, uid: \(ingress),
                 controller: true, blockOwnerDeletion: true}
            spec: {size: 2}
            ---
            apiVersion: v1
            kind: Secret
            metadata:
              name: drawn
              namespace: NS
              ownerReferences:
              - {apiVersion: owners.example.com/v1, kind: Widget, name: parent, uid: \(parent),
                 controller: true}
            data: {password: c2VjcmV0}
            """
        )
        try await scene.pair.wait(until: "the source has its pods") {
            try await scene.list("pods", at: scene.source).count == 3
        }
        let plan = try await scene.plan(scene.rule(.running))
        #expect(
            plan.keys.filter { !$0.hasPrefix("Namespace") && !$0.hasPrefix("Custom") } == [
                "Deployment.apps owners/web", "Ingress.networking.k8s.io owners/shop",
                "ReplicaSet.apps owners/orphan", "Secret owners/drawn",
                "Widget.owners.example.com owners/certificate",
                "Widget.owners.example.com owners/parent",
            ]
        )
        try await scene.copy(scene.rule(.running))
        let certificate = try await scene.copied("\(widget) certificate").ownerReferences
        #expect(
            certificate.map { $0["uid"]?.string } == [try await scene.copied("ingresses shop").uid]
        )
        #expect(certificate.first?["blockOwnerDeletion"] == true)
        let drawn = try await scene.copied("secrets drawn").ownerReferences
        #expect(drawn.map { $0["uid"]?.string } == [try await scene.copied("\(widget) parent").uid])
        try await scene.pair.wait(until: "the target has as many pods, and no more") {
            try await scene.list("pods", at: scene.target).count == 3
        }
        try await scene.expectNothingMore(scene.rule(.running))
        // What an operator of the target has made for the copied owner is the operator's.
        let there = try await scene.copied("\(widget) parent").uid ?? ""
        try await scene.make(owned("made", by: parent, holding: "here"))
        try await scene.make(owned("made", by: there, holding: "there"), atTarget: true)
        try await scene.expectNothingMore(scene.rule(.running))
        // Nobody's controller takes them for left behind.
        try await scene.pair.time.sleep(for: .seconds(2))
        #expect(try await scene.isAtTarget("secrets drawn"))
        #expect(try await scene.isAtTarget("\(widget) certificate"))
    }

    private static func owned(_ name: String, by uid: String, holding text: String) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: \(name)
          namespace: NS
          ownerReferences:
          - {apiVersion: owners.example.com/v1, kind: Widget, name: parent, uid: \(uid),
             controller: true}
        data: {text: \(text)}
        """
    }
}
