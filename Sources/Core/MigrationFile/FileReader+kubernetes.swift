import MigrationModel
import YAMLDocuments

extension FileReader {
    /// What `spec.traffic.kubernetes.kind` may be.
    static let routeKinds =
        BackendListKind.allCases.map(\.rawValue) + ["Ingress", "Canary", "Values"]

    /// The keys of a route that say where its object states the weights.
    private static let objectKeys = [
        "sourceBackend", "targetBackend", "sourcePointer", "targetPointer",
    ]

    /// The objects that share requests, one for each route.
    mutating func kubernetes(_ traffic: YAMLNode?, _ rules: [RouteRule]) -> KubernetesTrafficRule {
        let node = traffic?["kubernetes"]
        let kind = node?["kind"]?.string ?? BackendListKind.httpRoute.rawValue
        noteKind(kind, traffic)
        var routes: [WeightedRoute] = []
        for (index, element) in (traffic?["routes"]?.elements ?? []).enumerated() {
            guard let name = element["name"]?.string,
                !routes.contains(where: { $0.route == RouteID(name) })
            else { continue }
            let path = "spec.traffic.routes[\(index)]"
            if let route = weightedRoute(element, name, kind, node, at: path) {
                routes.append(route)
            }
        }
        return KubernetesTrafficRule(
            site: node?["site"]?.string.flatMap(SiteRole.init(rawValue:)) ?? .source,
            routes: routes.sorted { $0.route < $1.route },
            evidence: evidence(node?["evidence"]),
            ownersAreHandled: node?["owners"]?.string == "handled"
        )
    }

    /// Notes what is said of objects where the balancer is something else.
    mutating func noteObjectKeys(_ node: YAMLNode, at path: String, provider: String?) {
        guard let provider, provider != "kubernetes", FileReader.providers.contains(provider) else {
            return
        }
        for key in FileReader.objectKeys {
            guard let place = node[key] else { continue }
            note(
                place,
                "\(path).\(key)",
                "the provider is \(provider)",
                "leave this out: it is for kubernetes only"
            )
        }
    }

    private mutating func noteKind(_ kind: String, _ traffic: YAMLNode?) {
        let node = traffic?["kubernetes"]
        if traffic?["routes"]?.elements?.isEmpty ?? true, let place = node ?? traffic {
            note(
                place,
                "spec.traffic.routes",
                "there is none, and an object is found by its route only",
                "write a route for each: {name: namespace/name, host: …}"
            )
        }
        if kind == "Values", let node, node["values"]?.isNull ?? true {
            note(
                node["kind"] ?? node,
                "spec.traffic.kubernetes.values",
                "missing",
                "write what the objects are: values: {apiVersion: …, kind: …}"
            )
        }
        if kind != "Values", let place = node?["values"] {
            note(
                place,
                "spec.traffic.kubernetes.values",
                "the kind is \(kind)",
                "leave this out, or write kind: Values"
            )
        }
        let weights = spec?["ramp"]?["weights"]
        if kind == "Ingress", (weights?.elements ?? []).compactMap(\.int) != [100],
            let place = weights ?? node?["kind"]
        {
            note(
                place,
                "spec.ramp.weights",
                "an Ingress has no weights, so there is everything or nothing",
                "write weights: [100]"
            )
        }
    }

    private mutating func weightedRoute(
        _ node: YAMLNode,
        _ name: String,
        _ kind: String,
        _ section: YAMLNode?,
        at path: String
    ) -> WeightedRoute? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
            TextForm.isLabel(parts[0]), TextForm.isLabelOrSubdomain(parts[1])
        else {
            note(
                node["name"] ?? node,
                "\(path).name",
                "\"\(name)\" does not name an object",
                "write namespace/name of its \(kind), or namespace/name/rule"
            )
            return nil
        }
        noteHost(node, at: path)
        noteCrossingIngress(node, namespace: parts[0], kind, at: path)
        guard let shares = shares(node, kind, section, at: path) else { return nil }
        return WeightedRoute(
            route: RouteID(name),
            namespace: parts[0],
            name: parts[1],
            rule: parts.count == 3 ? parts[2] : nil,
            shares: shares
        )
    }

    /// Whoever has a Service and no host is not noted elsewhere.
    private mutating func noteHost(_ node: YAMLNode, at path: String) {
        guard node["host"] == nil, node["service"] != nil || node["workload"] != nil else { return }
        note(
            node,
            "\(path).host",
            "missing: nothing counts its requests, and a probe needs a host",
            "write the host that its users ask for"
        )
    }

    /// Ingresses of what crosses are copied and turned to other Services, by the run itself.
    private mutating func noteCrossingIngress(
        _ node: YAMLNode,
        namespace: String,
        _ kind: String,
        at path: String
    ) {
        guard ["Ingress", "Canary"].contains(kind), namespaces.contains(namespace) else { return }
        note(
            node["name"] ?? node,
            "\(path).name",
            "the Ingresses of \(namespace) cross by themselves",
            "let an Ingress of a namespace that does not cross share the requests"
        )
    }

    private mutating func shares(
        _ node: YAMLNode,
        _ kind: String,
        _ section: YAMLNode?,
        at path: String
    ) -> WeightedRoute.Shares? {
        let needed: [String] =
            switch kind {
            case "Canary": []
            case "Values": ["sourcePointer", "targetPointer"]
            default: ["sourceBackend", "targetBackend"]
            }
        for key in FileReader.objectKeys where !needed.contains(key) {
            guard let place = node[key] else { continue }
            note(place, "\(path).\(key)", "the kind is \(kind)", "leave this out")
        }
        for key in needed where node[key] == nil {
            note(node, "\(path).\(key)", "missing", "write where \(kind) states it")
        }
        guard !needed.isEmpty else { return .canary }
        guard let source = node[needed[0]]?.string, let place = node[needed[1]],
            let target = place.string
        else { return nil }
        if source == target {
            note(
                place,
                "\(path).\(needed[1])",
                "\(place.shown) is the source's already",
                "write the one that leads to the target"
            )
        }
        switch kind {
        case "Values":
            return .values(
                apiVersion: section?["values"]?["apiVersion"]?.string ?? "",
                kind: section?["values"]?["kind"]?.string ?? "",
                source: source,
                target: target,
                scale: section?["values"]?["scale"]?.int ?? 100
            )
        case "Ingress": return .swap(host: node["host"]?.string, source: source, target: target)
        default:
            return BackendListKind(rawValue: kind).map {
                .backends($0, source: source, target: target)
            }
        }
    }

    private mutating func evidence(_ node: YAMLNode?) -> ProbeRule {
        var rule = ProbeRule(front: node?["front"]?.string.map(withoutSlash) ?? "")
        rule.header = node?["header"]?.string ?? rule.header
        rule.source = node?["source"]?.string ?? rule.source
        rule.target = node?["target"]?.string ?? rule.target
        rule.drain = duration(node?["drain"]) ?? rule.drain
        if rule.source == rule.target, let place = node?["target"] ?? node?["source"] {
            note(
                place,
                "spec.traffic.kubernetes.evidence.target",
                "\(place.shown) marks the source as well",
                "let the sites answer with different values of \(rule.header)"
            )
        }
        let usual = Timeouts()
        for (key, limit) in [("share", usual.share), ("drain", usual.drain)] {
            let limit = duration(spec?["timeouts"]?[key]) ?? limit
            guard rule.drain >= limit, let place = node?["drain"] ?? node else { continue }
            note(
                place,
                "spec.traffic.kubernetes.evidence.drain",
                "\(DurationText.text(of: rule.drain)) is not below spec.timeouts.\(key), "
                    + DurationText.text(of: limit),
                "write a shorter time, or a longer spec.timeouts.\(key)"
            )
        }
        return rule
    }
}
