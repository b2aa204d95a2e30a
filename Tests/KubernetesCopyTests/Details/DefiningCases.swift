import Foundation
import ControlPlaneSupport
import Clocks
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Synchronization
import Testing

extension CopyCase {
    /// What has to be there before: details 11 to 13.
    static let defining = [
        CopyCase("definitions", "objects wait until their kind is served") { scene in
            try await scene.open(CopyCase.widgets)
            try await scene.make(
                """
                apiVersion: definitions.example.com/v1
                kind: Widget
                metadata: {name: one, namespace: NS}
                spec: {size: 1, parts: [{name: b, count: 2}, {name: a, count: 1}]}
                """
            )
            let crds = try #require(try await scene.source.discovery().kind(named: "crd"))
            _ = try await scene.source.patch(
                crds,
                name: "widgets.definitions.example.com",
                .merge(["status": ["storedVersions": ["v1"]]]),
                subresource: "status"
            )
            let plan = try await scene.plan()
            let definition = plan.items.first { $0.key.kind == "CustomResourceDefinition" }
            #expect(definition?.wanted["status"] == nil)
            try await scene.copy()
            let widget = "widgets.definitions.example.com one"
            #expect(try await scene.copied(widget).at("spec", "colour") == "blue")
            try await scene.expectNothingMore()
            // Keyed lists have no order, and what the schema defaults is no difference.
            let kind = try #require(
                try await scene.source.refreshDiscovery().kind(
                    named: "widgets.definitions.example.com"
                )
            )
            _ = try await scene.source.patch(
                kind,
                namespace: "definitions",
                name: "one",
                .merge([
                    "spec": ["parts": [["name": "a", "count": 1], ["name": "b", "count": 2]]]
                ])
            )
            let again = try await scene.plan()
            #expect(CopyText.lines(of: again).filter { $0.hasPrefix("update") }.count <= 1)
            #expect(again.findings == [])
        },
        CopyCase("conversion", "what has to be converted waits for who converts") { scene in
            try await scene.open(CopyCase.twoVersions)
            let plan = try await scene.plan()
            let definition = plan.items.first { $0.key.kind == "CustomResourceDefinition" }?.wanted
            let client = ["spec", "conversion", "webhook", "clientConfig"]
            // Injected at the target again, with the target's authority.
            #expect(definition?.at(client + ["caBundle"]) == nil)
            #expect(definition?.at(client + ["service", "name"]) == "converter")
            try await scene.copy()
            let crd = try await scene.copies.get(
                "crd gadgets.conversion.example.com",
                at: scene.target
            )
            #expect(crd?.at("status", "storedVersions") == ["v1"])
            try await scene.expectNothingMore()
        },
        CopyCase("delayed", "what is stored in another version waits until somebody converts it") {
            scene in
            try await CopyCase.copyConverted(scene)
        },
        CopyCase("webhooks", "a webhook comes behind those who answer for it") { scene in
            try await CopyCase.copyWebhook(scene)
        },
        CopyCase("orders", "no certificate is ordered anew") { scene in
            let kinds = [
                ("certificates", "Certificate"), ("certificaterequests", "CertificateRequest"),
            ]
            try await scene.open(
                kinds.map { plural, kind in
                    CopyCase.widgets
                        .replacingOccurrences(of: "NS.example.com", with: "cert-manager.io")
                        .replacingOccurrences(of: "widgets", with: plural)
                        .replacingOccurrences(of: "widget", with: String(plural.dropLast()))
                        .replacingOccurrences(of: "Widget", with: kind)
                }.joined(separator: "\n---\n")
            )
            try await scene.make(
                """
                apiVersion: cert-manager.io/v1
                kind: Certificate
                metadata: {name: shop, namespace: NS}
                spec: {size: 1}
                ---
                apiVersion: cert-manager.io/v1
                kind: CertificateRequest
                metadata: {name: shop-1, namespace: NS}
                spec: {size: 1}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: shop-tls, namespace: NS}
                data: {tls.key: c2VjcmV0}
                ---
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: shop, namespace: NS}
                spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
                """
            )
            try await scene.copy()
            let ways = scene.pair.target.tap.writes.map { $0.split(separator: "/").last ?? "" }
            let told = ways.filter { ["secrets", "certificates", "ingresses"].contains($0) }
            #expect(told == ["secrets", "certificates", "ingresses"])
            #expect(try await !scene.isAtTarget("certificaterequests shop-1"))
        },
    ]

    private static let twoVersions = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: gadgets.NS.example.com
          annotations: {cert-manager.io/inject-ca-from: NS/converter}
        spec:
          group: NS.example.com
          scope: Namespaced
          names: {plural: gadgets, singular: gadget, kind: Gadget, listKind: GadgetList}
          conversion:
            strategy: Webhook
            webhook:
              conversionReviewVersions: [v1]
              clientConfig: {service: {namespace: NS, name: converter, path: /convert, port: 443}}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
          - name: v1alpha1
            served: true
            storage: false
            schema:
              openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: needs-the-kind, namespace: NS}
        ---
        apiVersion: NS.example.com/v1
        kind: Gadget
        metadata: {name: one, namespace: NS}
        spec: {size: 1}
        """

    /// Who converts at the target is ready long after the definition is served there.
    ///
    /// The source keeps its object in the version that is read, from when that was the stored one.
    private static func copyConverted(_ scene: DetailScene) async throws {
        let crd = "crd gadgets.delayed.example.com"
        let definition = twoVersions.components(separatedBy: "\n---\n")[0]
        try await scene.open(
            definition.replacingOccurrences(of: "strategy: Webhook", with: "strategy: None")
                .replacing(/(?m)^    webhook:\n(      .*\n)+/, with: "")
        )
        try await scene.make(
            """
            apiVersion: NS.example.com/v1
            kind: Gadget
            metadata: {name: one, namespace: NS}
            spec: {size: 1}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: converter, namespace: NS}
            spec: {selector: {answers: converter}, ports: [{port: 443, targetPort: 8443}]}
            """
        )
        try await setConversion(
            [
                "strategy": "Webhook",
                "webhook": [
                    "conversionReviewVersions": ["v1"],
                    "clientConfig": [
                        "service": ["namespace": .string(scene.namespace), "name": "converter"]
                    ],
                ],
            ],
            stored: "v1alpha1",
            at: scene.source
        )
        let gadget = "Gadget.delayed.example.com delayed/one"
        let stopped = try await scene.plan()
        #expect(stopped.objects(of: "not-yet-served") == [gadget])
        #expect(stopped.reason(of: gadget) == "nothing at the target answers for delayed/converter")

        let delay: Duration = scene.pair.time is SteppedTime ? .seconds(60) : .seconds(3)
        let begun = scene.pair.time.uptime
        let early = Mutex<[String]>([])
        let tap = scene.pair.target.tap
        let time = HookedTime(scene.pair.time) {
            guard scene.pair.time.uptime >= begun + delay,
                try await scene.copies.get(crd, at: scene.target) != nil
            else { return false }
            early.withLock { $0 = tap.writes }
            // Nobody converts for real here; from now on the target does so by itself.
            try await setConversion(["strategy": "None", "webhook": nil], at: scene.target)
            try await scene.pair.target.addReadyPod(
                "converting",
                in: "delayed",
                labels: ["answers": "converter"],
                address: "10.1.2.4"
            )
            return true
        }
        let plan = try await scene.plan(scene.rule(.running))
        let summary = await CopyRun(plan, target: scene.copies.target, time: time).perform()
        #expect(summary.failures.map { "\($0.key): \($0.reason)" } == [])
        #expect(scene.pair.time.uptime >= begun + delay)
        let waited = early.withLock { $0 }
        #expect(waited.contains { $0.hasSuffix("/services") })
        #expect(!waited.contains { $0.hasSuffix("/gadgets") })
        #expect(tap.writes.count { $0.hasSuffix("/gadgets") } == 1)
        #expect(try await scene.copied("gadgets.delayed.example.com one").at("spec", "size") == 1)
    }

    private static func setConversion(
        _ conversion: JSON,
        stored: String? = nil,
        at client: KubernetesClient
    ) async throws {
        let crds = try #require(try await client.discovery().kind(named: "crd"))
        let name = "gadgets.delayed.example.com"
        var spec: JSON = ["conversion": conversion]
        if let stored {
            let found = try await client.get(crds, name: name)
            let versions = (found.at("spec", "versions")?.array ?? []).map { version -> JSON in
                var version = version
                version["storage"] = .bool(version["name"]?.string == stored)
                return version
            }
            spec["versions"] = .array(versions)
        }
        _ = try await client.patch(crds, name: name, .merge(["spec": spec]))
    }

    /// The webhook's pod is ready a while after its Deployment was made.
    private static func copyWebhook(_ scene: DetailScene) async throws {
        try await scene.open(widgets)
        try await scene.make(deployment("hook", replicas: 1))
        try await scene.make(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: hook, namespace: NS}
            spec: {selector: {answers: hook}, ports: [{port: 443, targetPort: 8443}]}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: NS-judge}
            webhooks:
            - name: judge.example.com
              admissionReviewVersions: [v1]
              sideEffects: None
              failurePolicy: Fail
              clientConfig: {service: {namespace: NS, name: hook}}
              rules:
              - {apiGroups: [nothing.example.com], apiVersions: ["*"], operations: [CREATE], resources: ["*"]}
            ---
            apiVersion: webhooks.example.com/v1
            kind: Widget
            metadata: {name: judged, namespace: NS}
            spec: {size: 1}
            """
        )
        let stopped = try await scene.plan()
        let judge = "ValidatingWebhookConfiguration.admissionregistration.k8s.io webhooks-judge"
        #expect(stopped.objects(of: "not-yet-served") == [judge])
        #expect(
            stopped.reason(of: judge) == "nothing at the target answers for webhooks/hook"
        )
        let tap = scene.pair.target.tap
        let early = Mutex<[String]>([])
        let time = HookedTime(scene.pair.time) {
            guard try await scene.isAtTarget("services hook"),
                try await scene.isAtTarget("serviceaccounts default")
            else { return false }
            early.withLock { $0 = tap.writes }
            try await scene.pair.target.addReadyPod(
                "answering",
                in: "webhooks",
                labels: ["answers": "hook"],
                address: "10.1.2.3"
            )
            return true
        }
        let plan = try await scene.plan(scene.rule(.running))
        let summary = await CopyRun(plan, target: scene.copies.target, time: time).perform()
        #expect(summary.failures.map { "\($0.key): \($0.reason)" } == [])
        func kinds(_ writes: [String]) -> [String] {
            writes.map { String($0.split(separator: "/").last ?? "") }.filter {
                ["deployments", "validatingwebhookconfigurations", "widgets"].contains($0)
            }
        }
        #expect(kinds(early.withLock { $0 }) == ["deployments"])
        #expect(
            kinds(tap.writes) == ["deployments", "validatingwebhookconfigurations", "widgets"]
        )
        try await scene.expectNothingMore(scene.rule(.running))
    }
}
