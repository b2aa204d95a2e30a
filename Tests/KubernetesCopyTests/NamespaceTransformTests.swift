import Foundation
import JSONValues
import KubernetesObjects
import MigrationModel
import Testing
import YAMLDocuments

@testable import KubernetesCopy

@Suite struct NamespaceTransformTests {
    private static let known = KnownNames(services: ["web.shop", "web.store"])

    private func result(
        _ yaml: String,
        _ names: [String: String] = ["shop": "store"]
    ) throws -> (object: JSON, findings: [Finding]) {
        let object = try #require(try YAMLDocuments.parse(yaml, file: "test").first).json
        return moved(object, names)
    }

    private func moved(
        _ object: JSON,
        _ names: [String: String]
    ) -> (object: JSON, findings: [Finding]) {
        var object = object
        var log = TransformLog()
        log.key = CopyKey(object)
        NamespaceTransform(names, known: Self.known).apply(to: &object, log: &log)
        return (object, log.findings(names))
    }

    /// Objects of which each field that refers to `shop` must follow, and nothing else may change.
    static let references = [
        "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {name: shop_}}}",
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: shop_admin}
        roleRef: {kind: ClusterRole, name: shop_admin}
        subjects:
          - {kind: ServiceAccount, name: web, namespace: shop}
          - {kind: Group, name: "system:serviceaccounts:shop"}
          - {kind: User, name: "system:serviceaccount:shop:web"}
        """,
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: reader}
        rules: [{apiGroups: [""], resources: [namespaces], resourceNames: [shop], verbs: [get]}]
        """,
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: hook}
        webhooks:
          - name: web.shop_.svc
            clientConfig: {service: {name: web, namespace: shop, path: /shop_}}
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
          - name: url
            clientConfig: {url: "https://web.shop.svc:443/check"}
        """,
        """
        apiVersion: apiregistration.k8s.io/v1
        kind: APIService
        metadata: {name: v1.shop_.example}
        spec: {group: web.shop_, service: {name: web, namespace: shop}}
        """,
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: carts.shop_}
        spec:
          group: web.shop_
          conversion: {webhook: {clientConfig: {service: {name: web, namespace: shop}}}}
        """,
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: policy, namespace: shop}
        spec:
          podSelector: {matchLabels: {part-of: shop_}}
          ingress:
            - from:
                - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
                - namespaceSelector:
                    matchExpressions:
                      - {key: kubernetes.io/metadata.name, operator: In, values: [a, shop]}
                      - {key: team, operator: In, values: [shop_]}
        """,
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: grant, namespace: shop}
        spec:
          from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
          to: [{group: "", kind: Service}]
        """,
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: route, namespace: other}
        spec:
          hostnames: [web.shop_]
          parentRefs: [{name: gate, namespace: shop}]
          rules: [{backendRefs: [{name: web, namespace: shop, port: 80}]}]
        """,
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: entry, namespace: shop}
        spec: {hosts: [web.shop.svc.cluster.local, web.shop], exportTo: [shop, "."]}
        """,
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, labels: {app: shop_}}
        spec:
          selector: {matchLabels: {app: shop_}}
          template:
            metadata:
              labels: {app: shop_}
              annotations: {upstream: "http://web.shop.svc.cluster.local:80"}
            spec:
              affinity:
                podAntiAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                    - {namespaces: [shop], topologyKey: zone}
              containers:
                - name: shop_
                  image: shop_/web.shop_
                  args: ["--upstream=http://web.shop:8080/shop_", "shop_"]
                  env:
                    - {name: URL, value: "http://web.shop/"}
                    - {name: DATABASE, value: shop_}
              dnsConfig: {searches: [shop.svc.cluster.local]}
        """,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
          namespace: shop
          annotations: {meta.helm.sh/release-namespace: shop}
        data:
          shop_: shop_
          nginx.conf: |
            # the work-shop_ is open
            upstream web { server web.shop.svc:80; server web.shop; }
        """,
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: volume}
        spec: {claimRef: {namespace: shop, name: data}}
        """,
    ]

    @Test(arguments: references)
    func `every reference follows, and what only looks like one stays`(_ yaml: String) throws {
        let source = yaml.replacing("shop_", with: "shop")
        // In the texts above `shop_` stands for words that must stay.
        let target = yaml.replacing("shop_", with: "\u{1}").replacing("shop", with: "store")
            .replacing("\u{1}", with: "shop")
        let (object, findings) = try result(source)
        #expect(object == (try YAMLDocuments.parse(target, file: "test").first?.json))
        #expect(findings.isEmpty)
    }

    @Test(arguments: references)
    func `there and back is where it was`(_ yaml: String) throws {
        let source = try #require(
            try YAMLDocuments.parse(yaml.replacing("shop_", with: "mart"), file: "test").first
        ).json
        let there = moved(source, ["shop": "store"]).object
        #expect(there != source)
        #expect(moved(there, ["store": "shop"]).object == source)
    }

    @Test func `what Secrets hold follows too, and is never told`() throws {
        func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
        let binary = Data([0xff, 0xfe] + Array("\0web.shop.svc\0".utf8)).base64EncodedString()
        let certificate =
            "-----BEGIN CERTIFICATE-----\n\(binary)\n-----END CERTIFICATE-----\n"
        let (object, findings) = try result(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: keys, namespace: shop}
            data:
              url: \(encoded("amqp://u:p@web.shop:5672/shop"))
              namespace: \(encoded("shop"))
              store.jks: \(binary)
              tls.crt: \(encoded(certificate))
            """
        )
        let url = object.at("data", "url")?.string.flatMap { Data(base64Encoded: $0) }
        #expect(url.map { String(decoding: $0, as: UTF8.self) } == "amqp://u:p@web.store:5672/shop")
        #expect(object.at("data", "store.jks")?.string == binary)
        #expect(
            findings.flatMap(\.objects).sorted() == [
                "Secret shop/keys data.namespace", "Secret shop/keys data.store.jks",
                "Secret shop/keys data.tls.crt",
            ]
        )
        #expect(findings.allSatisfy { $0.severity == .decide })
    }

    @Test func `what may be a reference is told with its place`() throws {
        let (object, findings) = try result(
            """
            apiVersion: example.com/v1
            kind: Backup
            metadata: {name: nightly, namespace: other}
            spec:
              targetNamespace: shop
              destination: {server: x, namespace: shop}
              image: web.shop
              args: [--namespace, shop, --title, shop]
            """
        )
        #expect(object.at("spec", "targetNamespace") == "shop")
        #expect(
            findings.map(\.objects) == [
                [
                    "Backup.example.com other/nightly spec.args[1]",
                    "Backup.example.com other/nightly spec.destination.namespace",
                    "Backup.example.com other/nightly spec.targetNamespace",
                ]
            ]
        )
    }

    @Test func `a release that Helm recorded is told`() throws {
        let (_, findings) = try result(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: sh.helm.release.v1.web.v1, namespace: shop}
            type: helm.sh/release.v1
            data: {release: aGVsbG8=}
            """
        )
        #expect(findings.map(\.objects) == [["Secret shop/sh.helm.release.v1.web.v1 data"]])
    }
}
