import Testing

@Suite struct FileTrafficMistakeTests {
    static let cases = [
        Spoiled(
            "provider: twin",
            "provider: nginx",
            "m.yaml:12:15: spec.traffic.provider: \"nginx\" is unknown; write one of "
                + "haproxy, kubernetes, twin"
        ),
        Spoiled(
            "provider: twin",
            "provider: haproxy",
            "m.yaml:12:15: spec.traffic.haproxy: missing; write where it takes orders: "
                + "haproxy: {socket: …}\nm.yaml:13:11: spec.traffic.twin: the provider is "
                + "haproxy; leave this out, or write provider: twin"
        ),
        Spoiled(
            "    twin: {url: \"http://127.0.0.1:9000\"}\n",
            "",
            "m.yaml:12:15: spec.traffic.twin: missing; write where it takes orders: "
                + "twin: {url: …}"
        ),
        Spoiled(
            "http://127.0.0.1:9000",
            "127.0.0.1:9000",
            "m.yaml:13:17: spec.traffic.twin.url: \"127.0.0.1:9000\" cannot stand "
                + "here; write a URL such as http://127.0.0.1:8081, without a password, path "
                + "or query"
        ),
        Spoiled(
            "http://127.0.0.1:9000",
            "http://127.0.0.1:99999",
            "m.yaml:13:17: spec.traffic.twin.url: \"http://127.0.0.1:99999\" cannot "
                + "stand here; write a URL such as http://127.0.0.1:8081, without a "
                + "password, path or query"
        ),
        Spoiled(
            "routes: []",
            "routes: [{name: a.example}, {name: a.example}]",
            "m.yaml:14:40: spec.traffic.routes[1].name: the route \"a.example\" stands "
                + "twice; say everything of it in one place"
        ),
        Spoiled(
            "routes: []",
            "routes: [{name: a.example}, {name: b, host: a.example}]",
            "m.yaml:14:49: spec.traffic.routes[1].host: \"a.example\" is the host of "
                + "the route \"a.example\" already; give each route a host of its own"
        ),
        Spoiled(
            "routes: []",
            "routes: [{name: WEB_1}]",
            "m.yaml:14:21: spec.traffic.routes[0].name: \"WEB_1\" is no host, and the "
                + "route tells neither host nor service; add host, service or workload"
        ),
        Spoiled(
            "routes: []",
            "routes: [{name: \"a b\", host: a.example}]",
            "m.yaml:14:21: spec.traffic.routes[0].name: \"a b\" cannot stand here; "
                + "write a name of letters, digits, '-', '_', '.' and ':', or namespace/name of an object"
        ),
        Spoiled(
            "routes: []",
            "routes: [{name: a.example, backend: be}]",
            "m.yaml:14:41: spec.traffic.routes[0].backend: the provider is twin; leave "
                + "this out: it is for haproxy only"
        ),
        Spoiled(
            "routes: []",
            "routes: [{name: a, service: shop/a, workload: shop/a}]",
            "m.yaml:14:51: spec.traffic.routes[0].workload: the route has a service "
                + "already; write one of the two"
        ),
        Spoiled(
            "routes: []",
            "routes: [{name: a.example}]\n    ignoredHosts: [a.example]",
            "m.yaml:15:20: spec.traffic.ignoredHosts[0]: \"a.example\" is the host of "
                + "a route; leave it out here, or leave out the route"
        ),
        Spoiled(
            "routes: []",
            "routes: [{host: a.example}]",
            "m.yaml:14:14: spec.traffic.routes[0].name: missing; write what the "
                + "balancer calls it: a name of letters, digits, '-', '_', '.' and ':', or "
                + "namespace/name of an object"
        ),
        Spoiled(
            "provider: twin\n    twin: {url: \"http://127.0.0.1:9000\"}",
            "provider: haproxy\n    haproxy: {socket: tcp://h, reloads: handled, targetServers: [source]}",
            "m.yaml:13:23: spec.traffic.haproxy.socket: \"tcp://h\" cannot stand here; "
                + "write the path of a UNIX socket, or tcp://host:port\nm.yaml:13:66: "
                + "spec.traffic.haproxy.targetServers[0]: \"source\" is a server of the "
                + "source already; write a server that leads to the target"
        ),
        Spoiled(
            "provider: twin\n    twin: {url: \"http://127.0.0.1:9000\"}",
            "provider: haproxy\n    haproxy: {socket: /s, stateFile: f, sourceServers: [a], "
                + "targetServers: [a]}",
            "m.yaml:13:77: spec.traffic.haproxy.targetServers[0]: \"a\" is a server of "
                + "the source already; write a server that leads to the target"
        ),
        Spoiled(
            "provider: twin\n    twin: {url: \"http://127.0.0.1:9000\"}",
            "provider: haproxy\n    haproxy: {socket: /s}",
            "m.yaml:13:14: spec.traffic.haproxy.stateFile: missing: a reload of HAProxy would send "
                + "everything back to the source; write the file that its server-state-file "
                + "names (docs/haproxy.md), or reloads: handled if something else keeps the "
                + "weights over a reload"
        ),
        Spoiled(
            "provider: twin\n    twin: {url: \"http://127.0.0.1:9000\"}",
            "provider: haproxy\n    haproxy: {socket: /s, reloads: fine}",
            "m.yaml:13:36: spec.traffic.haproxy.reloads: \"fine\" is unknown; write handled"
        ),
    ]

    @Test(arguments: cases)
    func `a mistake about traffic gives its place, what stands there and what to write`(
        case: Spoiled
    ) {
        #expect(sound.contains(`case`.piece))
        #expect(refusal(of: `case`.text) == `case`.message)
    }
}
