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
    /// What is seen from outside: details 7 to 10.
    static let exposure = [
        CopyCase("services", "a Service keeps what its user chose, and nothing that was drawn") {
            scene in try await CopyCase.copyServices(scene)
        },
        CopyCase("occupied", "a node port that is taken is told, and nobody loses it") { scene in
            try await scene.open(CopyCase.nodePort("wanted", 30_177, "NS"))
            try await scene.make(
                "{apiVersion: v1, kind: Namespace, metadata: {name: NS-other}}",
                atTarget: true
            )
            try await scene.make(CopyCase.nodePort("owner", 30_177, "NS-other"), atTarget: true)
            let blind = await CopyRun(
                try await scene.plan(),
                target: scene.target,
                time: scene.pair.time
            ).perform()
            #expect(blind.failures.map { "\($0.key)" } == ["Service occupied/wanted"])
            #expect(
                blind.failures.first?.reason.contains("provided port is already allocated") == true
            )
            var both = scene.rule()
            both.selection.namespaces.append("occupied-other")
            let plan = try await scene.plan(both)
            #expect(plan.isBlocked)
            #expect(
                plan.findings.map(\.reason) == [
                    "it wants node port 30177/TCP, which Service occupied-other/owner has at the "
                        + "target"
                ]
            )
        },
        CopyCase("families", "who asks for two families gets those that the target has") { scene in
            try await CopyCase.copyFamilies(scene)
        },
        CopyCase("health", "a port on which nodes tell their health is kept if it was chosen") {
            scene in try await CopyCase.copyHealthPorts(scene)
        },
        CopyCase("balancers", "no second load balancer is made unasked") { scene in
            try await scene.open(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: front, namespace: NS}
                spec:
                  type: LoadBalancer
                  externalTrafficPolicy: Local
                  loadBalancerSourceRanges: [10.0.0.0/8]
                  selector: {app: web}
                  ports: [{port: 80, nodePort: 30178}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: addressed, namespace: NS}
                spec: {externalIPs: [198.51.100.7], selector: {app: web}, ports: [{port: 80}]}
                """
            )
            let plan = try await scene.plan()
            #expect(plan.objects(of: "load-balancer") == ["Service balancers/front"])
            #expect(plan.objects(of: "external-addresses") == ["Service balancers/addressed"])
            #expect(plan.findings.allSatisfy { $0.severity == .decide })
            try await scene.copy()
            let front = try await scene.copied("services front")
            #expect(front.at("spec", "type") == "ClusterIP")
            #expect(front.at("spec", "ports", default: [])[0]?["nodePort"] == nil)
            #expect(try await scene.copied("services addressed").at("spec", "externalIPs") == nil)
            try await scene.expectNothingMore()
            let kept = try await scene.plan(scene.rule(loadBalancers: .keep))
            #expect(kept.objects(of: "load-balancer") == [])
            let wanted = kept.items.first { $0.key.name == "front" }?.wanted
            #expect(wanted?.at("spec", "type") == "LoadBalancer")
            let left = try await scene.plan(scene.rule(loadBalancers: .leave))
            #expect(left.reason(of: "Service balancers/front") != nil)
        },
        CopyCase("names", "no name moves because an entry is copied") { scene in
            try await scene.open(
                """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: shop, namespace: NS}
                spec:
                  rules:
                  - host: shop.example.com
                    http:
                      paths:
                      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
                ---
                apiVersion: v1
                kind: Service
                metadata:
                  name: named
                  namespace: NS
                  annotations: {external-dns.alpha.kubernetes.io/hostname: a.example.com}
                spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
                """
            )
            try await scene.copy()
            let annotation = "external-dns.alpha.kubernetes.io/controller"
            #expect(try await scene.copied("ingresses shop").annotations[annotation] == "diolkos")
            #expect(try await scene.copied("services named").annotations[annotation] == "diolkos")
            #expect(try await scene.original("ingresses shop").annotations[annotation] == nil)
            // When the names move somebody takes it off, and a later copy leaves it so.
            let kind = try #require(try await scene.target.discovery().kind(named: "ingresses"))
            _ = try await scene.target.patch(
                kind,
                namespace: "names",
                name: "shop",
                .merge(["metadata": ["annotations": [annotation: .null]]])
            )
            try await scene.copy()
            #expect(try await scene.copied("ingresses shop").annotations[annotation] == nil)
            try await scene.expectNothingMore()
        },
        CopyCase("bindings", "a target group that the source binds is not bound twice") { scene in
            try await scene.open(
                CopyCase.widgets.replacingOccurrences(of: "NS.example.com", with: "elbv2.k8s.aws")
                    .replacingOccurrences(of: "widgets", with: "targetgroupbindings")
                    .replacingOccurrences(of: "widget", with: "targetgroupbinding")
                    .replacingOccurrences(of: "Widget", with: "TargetGroupBinding")
                    .replacingOccurrences(
                        of: "size: {type: integer}",
                        with: "multiClusterTargetGroup: {type: boolean}"
                    )
            )
            try await scene.make(
                """
                apiVersion: elbv2.k8s.aws/v1
                kind: TargetGroupBinding
                metadata: {name: alone, namespace: NS}
                spec: {}
                ---
                apiVersion: elbv2.k8s.aws/v1
                kind: TargetGroupBinding
                metadata: {name: shared, namespace: NS}
                spec: {multiClusterTargetGroup: true}
                """
            )
            let plan = try await scene.plan()
            #expect(
                plan.objects(of: "target-group-bound") == [
                    "TargetGroupBinding.elbv2.k8s.aws bindings/alone"
                ]
            )
            try await scene.copy()
            #expect(try await scene.isAtTarget("targetgroupbindings shared"))
            #expect(try await !scene.isAtTarget("targetgroupbindings alone"))
        },
    ]

    /// The source has addresses of both families, the target of one.
    private static func copyFamilies(_ scene: DetailScene) async throws {
        let rest = "selector: {app: web}, ports: [{port: 80}]"
        let choices = [
            "required": "ipFamilyPolicy: RequireDualStack, ",
            "preferred": "ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv6, IPv4], ",
            "plain": "",
        ]
        try await scene.open(
            choices.sorted { $0.key < $1.key }.map { name, choice in
                """
                apiVersion: v1
                kind: Service
                metadata: {name: \(name), namespace: NS}
                spec: {\(choice)\(rest)}
                """
            }.joined(separator: "\n---\n")
        )
        for (name, count) in ["required": 2, "preferred": 2, "plain": 1] {
            let service = try await scene.original("services \(name)")
            #expect(service.at("spec", "clusterIPs")?.array?.count == count)
        }
        let plan = try await scene.plan()
        #expect(
            plan.objects(of: "address-families") == [
                "Service families/preferred", "Service families/required",
            ]
        )
        try await scene.copy()
        for name in choices.keys.sorted() {
            let service = try await scene.copied("services \(name)")
            #expect(service.at("spec", "ipFamilies") == ["IPv4"])
            #expect(service.at("spec", "clusterIPs")?.array?.count == 1)
            let policy = name == "plain" ? "SingleStack" : "PreferDualStack"
            #expect(service.at("spec", "ipFamilyPolicy")?.string == policy)
        }
        try await scene.expectNothingMore()
    }

    private static func copyHealthPorts(_ scene: DetailScene) async throws {
        func balanced(_ name: String, _ more: String) -> String {
            """
            apiVersion: v1
            kind: Service
            metadata: {name: \(name), namespace: NS}
            spec:
              type: LoadBalancer
              externalTrafficPolicy: Local
              \(more)
              selector: {app: web}
              ports: [{port: 80}]
            """
        }
        try await scene.open(balanced("chosen", "healthCheckNodePort: 30181"))
        try await scene.make(balanced("drawn", "sessionAffinity: None"))
        let rule = scene.rule(loadBalancers: .keep)
        let drawn = try await scene.plan(rule).items.first { $0.key.name == "drawn" }?.wanted
        #expect(drawn?.at("spec", "externalTrafficPolicy") == "Local")
        #expect(drawn?.at("spec", "healthCheckNodePort") == nil)
        try await scene.copy(rule)
        let chosen = try await scene.copied("services chosen")
        #expect(chosen.at("spec", "healthCheckNodePort") == 30_181)
        let there = try await scene.copied("services drawn")
        #expect((there.at("spec", "healthCheckNodePort")?.int ?? 0) > 0)
        try await scene.expectNothingMore(rule)
        try await scene.make(balanced("taken", "healthCheckNodePort: 30182"))
        try await scene.make(nodePort("owner", 30_182, "NS"), atTarget: true)
        #expect(
            try await scene.plan(rule).findings.map(\.reason) == [
                "it wants node port 30182/TCP, which Service health/owner has at the target"
            ]
        )
    }

    static func nodePort(_ name: String, _ port: Int, _ namespace: String) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: \(name)
          namespace: \(namespace)
        spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: \(port)}]}
        """
    }

    private static func copyServices(_ scene: DetailScene) async throws {
        let chosen = #"{"spec":{"ports":[{"nodePort":30179,"port":80}]}}"#
        try await scene.open(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: headless, namespace: NS}
            spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: outside, namespace: NS}
            spec: {type: ExternalName, externalName: db.example.com}
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: by-kubectl
              namespace: NS
              annotations: {kubectl.kubernetes.io/last-applied-configuration: '\(chosen)'}
            spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30179}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: drawn, namespace: NS}
            spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
            """
        )
        let kind = try #require(try await scene.source.discovery().kind(named: "services"))
        _ = try await scene.source.apply(
            kind,
            [
                "metadata": ["name": "applied", "namespace": "services"],
                "spec": [
                    "type": "NodePort", "selector": ["app": "web"],
                    "ports": [["port": 80, "nodePort": 30_180]],
                ],
            ]
        )
        try await scene.copy()
        func port(_ name: String) async throws -> Int? {
            try await scene.copied("services \(name)").at("spec", "ports", default: [])[0]?[
                "nodePort"
            ]?
            .int
        }
        #expect(try await scene.copied("services headless").at("spec", "clusterIP") == "None")
        #expect(
            try await scene.copied("services outside").at("spec", "externalName")
                == "db.example.com"
        )
        #expect(try await port("by-kubectl") == 30_179)
        #expect(try await port("applied") == 30_180)
        let drawn = try await scene.plan().items.first { $0.key.name == "drawn" }?.wanted
        #expect(drawn?.at("spec", "ports", default: [])[0]?["nodePort"] == nil)
        #expect(drawn?.at("spec", "clusterIP") == nil)
        try await scene.expectNothingMore()
    }
}

extension JSON {
    /// What is at a place, or something else where there is nothing.
    func at(_ first: String, _ second: String, default value: JSON) -> JSON {
        at(first, second) ?? value
    }
}
