import MigrationModel
import YAMLDocuments

extension FileReader {
    /// The balancer and what is said of its routes.
    mutating func traffic() -> TrafficRule {
        let node = spec?["traffic"]
        let provider = node?["provider"]?.string
        noteSections(node, provider: provider)
        var (routes, backends) = routes(node, provider: provider)
        routes.sort { $0.route < $1.route }
        backends.sort { $0.route < $1.route }
        let ignored = names(at: "spec.traffic.ignoredHosts", node?["ignoredHosts"])
        noteIgnoredRoutes(node, routes)
        let balancer: BalancerRule
        switch provider {
        case "haproxy": balancer = .haproxy(haproxy(node?["haproxy"], backends))
        case "kubernetes": balancer = .kubernetes(kubernetes(node, routes))
        default:
            balancer = .twin(
                url: node?["twin"]?["url"]?.string.map(withoutSlash) ?? "",
                front: node?["twin"]?["front"]?.string.map(withoutSlash)
            )
        }
        return TrafficRule(balancer: balancer, routes: routes, ignoredHosts: ignored.sorted())
    }

    /// What `spec.traffic.provider` may be, and each a section of its own.
    static let providers = ["haproxy", "kubernetes", "twin"]

    /// Notes what is said of another balancer than the one that is used, and what is not said of it.
    private mutating func noteSections(_ node: YAMLNode?, provider: String?) {
        guard let node, let provider, FileReader.providers.contains(provider) else { return }
        for other in FileReader.providers where other != provider {
            guard let section = node[other], !section.isNull else { continue }
            note(
                section,
                "spec.traffic.\(other)",
                "the provider is \(provider)",
                "leave this out, or write provider: \(other)"
            )
        }
        guard node[provider]?.isNull ?? true else { return }
        let example =
            switch provider {
            case "haproxy": "write where it takes orders: haproxy: {socket: …}"
            case "kubernetes":
                "write how it is known what is served: kubernetes: {evidence: {front: …}}"
            default: "write where it takes orders: twin: {url: …}"
            }
        note(node["provider"] ?? node, "spec.traffic.\(provider)", "missing", example)
    }

    func withoutSlash(_ url: String) -> String {
        url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    private mutating func noteIgnoredRoutes(_ node: YAMLNode?, _ routes: [RouteRule]) {
        for (index, element) in (node?["ignoredHosts"]?.elements ?? []).enumerated() {
            guard let host = element.string, routes.contains(where: { $0.host == host }) else {
                continue
            }
            note(
                element,
                "spec.traffic.ignoredHosts[\(index)]",
                "\(element.shown) is the host of a route",
                "leave it out here, or leave out the route"
            )
        }
    }

    private mutating func haproxy(
        _ node: YAMLNode?,
        _ backends: [HAProxyBackendRule]
    ) -> HAProxyRule {
        let path = "spec.traffic.haproxy"
        var source = names(at: "\(path).sourceServers", node?["sourceServers"])
        var target = names(at: "\(path).targetServers", node?["targetServers"])
        if source.isEmpty { source = ["source"] }
        if target.isEmpty { target = ["target"] }
        noteBothSides(node, source, target, at: path)
        noteReloads(node, at: path)
        return HAProxyRule(
            socket: socket(node?["socket"]?.string ?? ""),
            masterSocket: (node?["masterSocket"]?.string).map(socket),
            sourceServers: source,
            targetServers: target,
            stateFile: node?["stateFile"]?.string,
            front: node?["front"]?.string.map(withoutSlash),
            backends: backends
        )
    }

    /// After a lane is done nothing looks at its route any more, so a reload that puts the configured
    /// weights back would send everything to a source that is scaled down, and nobody would see it.
    private mutating func noteReloads(_ node: YAMLNode?, at path: String) {
        guard let node, !node.isNull, node["stateFile"]?.string == nil,
            node["reloads"]?.string == nil
        else { return }
        note(
            node,
            "\(path).stateFile",
            "missing: a reload of HAProxy would send everything back to the source",
            "write the file that its server-state-file names (docs/haproxy.md), or "
                + "reloads: handled if something else keeps the weights over a reload"
        )
    }

    private mutating func noteBothSides(
        _ node: YAMLNode?,
        _ source: [String],
        _ target: [String],
        at path: String
    ) {
        for (index, name) in target.enumerated() where source.contains(name) {
            guard let place = node?["targetServers"]?[index] ?? node?["sourceServers"] ?? node
            else { continue }
            note(
                place,
                "\(path).targetServers[\(index)]",
                "\"\(name)\" is a server of the source already",
                "write a server that leads to the target"
            )
        }
    }

    private func socket(_ text: String) -> HAProxySocket {
        guard let url = SiteURL(text, schemes: ["tcp"]), let port = url.port else {
            return .unix(path: text)
        }
        return .tcp(host: url.host, port: port)
    }

    private mutating func routes(
        _ node: YAMLNode?,
        provider: String?
    ) -> ([RouteRule], [HAProxyBackendRule]) {
        var rules: [RouteRule] = []
        var backends: [HAProxyBackendRule] = []
        for (index, element) in (node?["routes"]?.elements ?? []).enumerated() {
            let path = "spec.traffic.routes[\(index)]"
            guard let name = element["name"]?.string else { continue }
            let rule = route(element, name: name, at: path)
            if rules.contains(where: { $0.route == rule.route }) {
                note(
                    element["name"] ?? element,
                    "\(path).name",
                    "the route \"\(name)\" stands twice",
                    "say everything of it in one place"
                )
                continue
            }
            if let host = rule.host, let other = rules.first(where: { $0.host == host }) {
                note(
                    element["host"] ?? element,
                    "\(path).host",
                    "\"\(host)\" is the host of the route \"\(other.route)\" already",
                    "give each route a host of its own"
                )
            }
            rules.append(rule)
            noteObjectKeys(element, at: path, provider: provider)
            if let backend = backend(element, of: rule.route, at: path, provider: provider) {
                backends.append(backend)
            }
        }
        return (rules, backends)
    }

    private mutating func route(_ node: YAMLNode, name: String, at path: String) -> RouteRule {
        let service = qualified(node["service"], at: "\(path).service")
        let workload = workload(node["workload"], at: "\(path).workload")
        if service != nil, workload != nil, let place = node["workload"] {
            note(
                place,
                "\(path).workload",
                "the route has a service already",
                "write one of the two"
            )
        }
        let host = node["host"]?.string
        let isElsewhere = node["service"] != nil || node["workload"] != nil
        if name.contains("/"), spec?["traffic"]?["provider"]?.string != "kubernetes" {
            note(
                node["name"] ?? node,
                "\(path).name",
                "\"\(name)\" names an object, and the provider is not kubernetes",
                "write \(TextForm.proxyName.expected)"
            )
        }
        if host == nil, !isElsewhere, !TextForm.host.admits(name) {
            note(
                node["name"] ?? node,
                "\(path).name",
                "\"\(name)\" is no host, and the route tells neither host nor service",
                "add host, service or workload"
            )
        }
        return RouteRule(
            route: RouteID(name),
            host: host ?? (isElsewhere ? nil : name),
            service: service,
            workload: workload,
            probePath: node["probe"]?.string
        )
    }

    private mutating func backend(
        _ node: YAMLNode,
        of route: RouteID,
        at path: String,
        provider: String?
    ) -> HAProxyBackendRule? {
        let keys = ["backend", "sourceServers", "targetServers"].filter { node[$0] != nil }
        guard let first = keys.first else { return nil }
        guard provider == "haproxy" else {
            if let provider, FileReader.providers.contains(provider), let place = node[first] {
                note(
                    place,
                    "\(path).\(first)",
                    "the provider is \(provider)",
                    "leave this out: it is for haproxy only"
                )
            }
            return nil
        }
        let source = names(at: "\(path).sourceServers", node["sourceServers"])
        let target = names(at: "\(path).targetServers", node["targetServers"])
        noteBothSides(node, source, target, at: path)
        return HAProxyBackendRule(
            route: route,
            backend: node["backend"]?.string ?? route.text,
            sourceServers: source,
            targetServers: target
        )
    }
}
