import MigrationFile
import MigrationModel
import Testing

/// What a file says of objects that share requests.
@Suite struct FileKubernetesTrafficTests {
    private static let balancer = "provider: twin\n    twin: {url: \"http://127.0.0.1:9000\"}"

    private func file(
        _ kubernetes: String,
        _ routes: String,
        weights: String = "[25, 50, 100]"
    ) -> String {
        sound.replacing(
            Self.balancer,
            with: "provider: kubernetes\n    kubernetes: {\(kubernetes)}"
        ).replacing("routes: []", with: "routes: [\(routes)]")
            .replacing("[25, 50, 100]", with: weights)
    }

    private func rule(_ text: String) throws -> KubernetesTrafficRule {
        let file = try MigrationFile.parse(Array(text.utf8), file: "m.yaml")
        guard case .kubernetes(let rule) = try #require(file.traffic).balancer else {
            throw OtherBalancer()
        }
        return rule
    }

    private struct OtherBalancer: Error {}

    private static let evidence = "evidence: {front: \"http://10.0.0.5\"}"

    @Test func `an HTTPRoute is what a route is of unless something else is written`() throws {
        let text = file(
            Self.evidence,
            "{name: shop/web/api, host: a.example, sourceBackend: \"web-local:80\", "
                + "targetBackend: far/web}"
        )
        #expect(
            try rule(text)
                == KubernetesTrafficRule(
                    routes: [
                        WeightedRoute(
                            route: RouteID("shop/web/api"),
                            namespace: "shop",
                            name: "web",
                            rule: "api",
                            shares: .backends(
                                .httpRoute,
                                source: "web-local:80",
                                target: "far/web"
                            )
                        )
                    ],
                    evidence: ProbeRule(front: "http://10.0.0.5")
                )
        )
    }

    @Test func `everything that can be said is read`() throws {
        let text = file(
            "site: target, kind: Values, owners: handled, values: {apiVersion: x.io/v1, "
                + "kind: Split, scale: 1000}, evidence: {front: \"http://f/\", header: X-S, "
                + "source: a, target: b, drain: 5s}",
            "{name: edge/web, host: a.example, sourcePointer: /spec/a, targetPointer: /spec/b}"
        )
        let shares = WeightedRoute.Shares.values(
            apiVersion: "x.io/v1",
            kind: "Split",
            source: "/spec/a",
            target: "/spec/b",
            scale: 1_000
        )
        #expect(
            try rule(text)
                == KubernetesTrafficRule(
                    site: .target,
                    routes: [
                        WeightedRoute(
                            route: RouteID("edge/web"),
                            namespace: "edge",
                            name: "web",
                            shares: shares
                        )
                    ],
                    evidence: ProbeRule(
                        front: "http://f",
                        header: "X-S",
                        source: "a",
                        target: "b",
                        drain: .seconds(5)
                    ),
                    ownersAreHandled: true
                )
        )
    }

    @Test func `an Ingress and a canary need no more than their names`() throws {
        let swap = try rule(
            file(
                "kind: Ingress, \(Self.evidence)",
                "{name: edge/web, host: a.example, sourceBackend: x, targetBackend: z}",
                weights: "[100]"
            )
        )
        #expect(swap.routes.first?.shares == .swap(host: "a.example", source: "x", target: "z"))
        let canary = try rule(
            file("kind: Canary, \(Self.evidence)", "{name: edge/web, host: a.example}")
        )
        #expect(canary.routes.first?.shares == .canary)
    }

    @Test func `every mistake is told, each with what to write`() {
        let text = file(
            "evidence: {front: \"http://f\", source: x, target: x, drain: 200s}",
            "{name: web, host: a.example, sourceBackend: x, targetBackend: z}, "
                + "{name: shop/web, service: shop/web, sourceBackend: x, targetBackend: x}, "
                + "{name: shop/api, host: b.example, sourceBackend: x, sourcePointer: /a, "
                + "backend: be}"
        )
        let told = refusal(of: text).split(separator: "\n").map { line in
            line.split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
        }
        #expect(
            told.sorted() == [
                "spec.traffic.kubernetes.evidence.drain: 3m20s is not below spec.timeouts.share, 2m; "
                    + "write a shorter time, or a longer spec.timeouts.share",
                "spec.traffic.kubernetes.evidence.target: \"x\" marks the source as well; let the "
                    + "sites answer with different values of X-Diolkos-Site",
                "spec.traffic.routes[0].name: \"web\" does not name an object; write namespace/name "
                    + "of its HTTPRoute, or namespace/name/rule",
                "spec.traffic.routes[1].host: missing: nothing counts its requests, and a probe needs "
                    + "a host; write the host that its users ask for",
                "spec.traffic.routes[1].targetBackend: \"x\" is the source's already; write the one "
                    + "that leads to the target",
                "spec.traffic.routes[2].backend: the provider is kubernetes; leave this out: it is "
                    + "for haproxy only",
                "spec.traffic.routes[2].sourcePointer: the kind is HTTPRoute; leave this out",
                "spec.traffic.routes[2].targetBackend: missing; write where HTTPRoute states it",
            ]
        )
    }

    @Test func `what belongs to another kind or balancer is told`() {
        func told(_ text: String) -> String {
            refusal(of: text).split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
        }
        #expect(
            told(file(Self.evidence, ""))
                == "spec.traffic.routes: there is none, and an object is found by its route only; "
                + "write a route for each: {name: namespace/name, host: …}"
        )
        #expect(
            told(
                file(
                    "kind: Ingress, \(Self.evidence)",
                    "{name: edge/web, host: a.example, sourceBackend: x, targetBackend: z}"
                )
            )
                == "spec.ramp.weights: an Ingress has no weights, so there is everything or nothing; "
                + "write weights: [100]"
        )
        #expect(
            told(file("kind: Canary, \(Self.evidence)", "{name: shop/web, host: a.example}"))
                == "spec.traffic.routes[0].name: the Ingresses of shop cross by themselves; let an "
                + "Ingress of a namespace that does not cross share the requests"
        )
        #expect(
            told(sound.replacing("routes: []", with: "routes: [{name: shop/web, host: a.example}]"))
                == "spec.traffic.routes[0].name: \"shop/web\" names an object, and the provider is "
                + "not kubernetes; write a name of letters, digits, '-', '_', '.' and ':'"
        )
        #expect(
            told(
                sound.replacing(
                    "routes: []",
                    with: "routes: [{name: a.example, sourceBackend: x}]"
                )
            )
                == "spec.traffic.routes[0].sourceBackend: the provider is twin; leave this out: it is "
                + "for kubernetes only"
        )
    }
}
