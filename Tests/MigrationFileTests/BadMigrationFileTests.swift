import MigrationFile
import Testing

/// A sound file, of which each case spoils a piece.
private let sound = """
    apiVersion: diolkos.dev/v1alpha1
    kind: Migration
    metadata:
      name: shop
    spec:
      source: {context: old}
      target: {context: new}
      namespaces: [shop, pay]
      workloads:
        - name: shop/orders
      traffic:
        provider: twin
        twin: {url: "http://127.0.0.1:9000"}
        routes: []
      ramp:
        weights: [25, 50, 100]
      inFlight: 10

    """

/// A piece of the sound file, what stands in its place, and the whole message that it must give.
struct Spoiled: Sendable, CustomTestStringConvertible {
    let piece: String
    let replacement: String
    let message: String

    init(_ piece: String, _ replacement: String, _ message: String) {
        self.piece = piece
        self.replacement = replacement
        self.message = message
    }

    var testDescription: String { "\(piece) -> \(replacement)" }
}

@Suite struct BadMigrationFileTests {
    private func message(_ text: String) -> String {
        do {
            _ = try MigrationFile.parse(Array(text.utf8), file: "m.yaml")
            return "no mistake was found"
        } catch {
            return error.description
        }
    }

    @Test(arguments: structure + values + traffic + workloads)
    func `each mistake gives its place, what stands there and what to write`(case: Spoiled) {
        #expect(sound.contains(`case`.piece))
        let text = sound.replacing(`case`.piece, with: `case`.replacement, maxReplacements: 1)
        #expect(message(text) == `case`.message)
    }

    static let structure = [
        Spoiled(
            "v1alpha1",
            "v1",
            "m.yaml:1:13: apiVersion: \"diolkos.dev/v1\" is unknown; write "
                + "diolkos.dev/v1alpha1"
        ),
        Spoiled(
            "apiVersion: diolkos.dev/v1alpha1\n",
            "",
            "m.yaml:1:1: apiVersion: missing; write the form: diolkos.dev/v1alpha1"
        ),
        Spoiled(
            "kind: Migration",
            "kind: Deployment",
            "m.yaml:2:7: kind: \"Deployment\" is unknown; write Migration"
        ),
        Spoiled("kind: Migration", "kind: 7", "m.yaml:2:7: kind: 7 is a number; write Migration"),
        Spoiled(
            "metadata:\n  name: shop\n",
            "",
            "m.yaml:1:1: metadata: missing; write a mapping with the keys name, "
                + "namespace, labels, annotations"
        ),
        Spoiled(
            "metadata:\n  name: shop\n",
            "metadata: shop\n",
            "m.yaml:3:11: metadata: \"shop\" is a string; write a mapping with the "
                + "keys name, namespace, labels, annotations"
        ),
        Spoiled(
            "  name: shop",
            "  name: Shop!",
            "m.yaml:4:9: metadata.name: \"Shop!\" cannot stand here; write a name of "
                + "at most 63 lower-case letters, digits and '-'"
        ),
        Spoiled(
            "  name: shop",
            "  name:",
            "m.yaml:4:8: metadata.name: there is no value; write a name of at most 63 "
                + "lower-case letters, digits and '-'"
        ),
        Spoiled(
            "  name: shop",
            "  name: shop\n  labels: {a: 1}",
            "m.yaml:5:15: metadata.labels.a: 1 is a number; write it in quotes"
        ),
        Spoiled(
            "  inFlight: 10",
            "  inFligth: 10",
            "m.yaml:17:3: spec: there is no key \"inFligth\"; did you mean "
                + "\"inFlight\"?"
        ),
        Spoiled(
            "  inFlight: 10",
            "  colour: blue",
            "m.yaml:17:3: spec: there is no key \"colour\"; the keys here are source, "
                + "target, namespaces, workloads, calls, traffic, ramp, inFlight, settle, "
                + "timeouts"
        ),
        Spoiled(
            "  inFlight: 10",
            "  inFlight: 10\n  inFlight: 11",
            "m.yaml:18:3: the key \"inFlight\" stands twice; first at 17:3"
        ),
        Spoiled(
            "  inFlight: 10\n",
            "  inFlight: 10\n---\nkind: Migration\n",
            "m.yaml:19:1: the file holds 2 documents; write one migration per file"
        ),
        Spoiled(
            "  inFlight: 10",
            "  inFlight: [10",
            "m.yaml:18:1: did not find expected ',' or ']' (while parsing a flow "
                + "sequence that begins at 17:13)"
        ),
        Spoiled(
            "  inFlight: 10",
            "\tinFlight: 10",
            "m.yaml:17:1: found character that cannot start any token (while scanning "
                + "for the next token that begins at 17:1)"
        ),
    ]

    static let values = [
        Spoiled(
            "inFlight: 10",
            "inFlight: 0",
            "m.yaml:17:13: spec.inFlight: 0 is out of range; write a whole number from "
                + "1 to 100"
        ),
        Spoiled(
            "inFlight: 10",
            "inFlight: ten",
            "m.yaml:17:13: spec.inFlight: \"ten\" is a string; write a whole number "
                + "from 1 to 100"
        ),
        Spoiled(
            "inFlight: 10",
            "inFlight: 2.5",
            "m.yaml:17:13: spec.inFlight: 2.5 is a number; write a whole number from 1 "
                + "to 100"
        ),
        Spoiled(
            "inFlight: 10",
            "settle: 2",
            "m.yaml:17:11: spec.settle: 2 is a number; write a duration from 0s to "
                + "10m, such as 500ms, 2s or 1m30s"
        ),
        Spoiled(
            "inFlight: 10",
            "settle: 2 minutes",
            "m.yaml:17:11: spec.settle: \"2 minutes\" is no duration; write a duration "
                + "from 0s to 10m, such as 500ms, 2s or 1m30s"
        ),
        Spoiled(
            "inFlight: 10",
            "settle: 1h",
            "m.yaml:17:11: spec.settle: 1h is out of range; write a duration from 0s "
                + "to 10m, such as 500ms, 2s or 1m30s"
        ),
        Spoiled(
            "inFlight: 10",
            "settle: 90s",
            "m.yaml:17:11: spec.settle: 1m30s is not below spec.timeouts.change, 1m; "
                + "write a shorter time, or a longer spec.timeouts.change"
        ),
        Spoiled(
            "inFlight: 10",
            "timeouts: {ready: 10ms}",
            "m.yaml:17:21: spec.timeouts.ready: 10ms is out of range; write a duration "
                + "from 1s to 24h, such as 500ms, 2s or 1m30s"
        ),
        Spoiled(
            "[25, 50, 100]",
            "[25, 25, 100]",
            "m.yaml:16:19: spec.ramp.weights[1]: 25 is not above 25, the weight before "
                + "it; write the weights in ascending order"
        ),
        Spoiled(
            "[25, 50, 100]",
            "[50, 25, 100]",
            "m.yaml:16:19: spec.ramp.weights[1]: 25 is not above 50, the weight before "
                + "it; write the weights in ascending order"
        ),
        Spoiled(
            "[25, 50, 100]",
            "[25, 50]",
            "m.yaml:16:19: spec.ramp.weights[1]: the last weight is 50; end the ramp "
                + "with 100, or nothing would ever be gone from the source"
        ),
        Spoiled(
            "[25, 50, 100]",
            "[]",
            "m.yaml:16:14: spec.ramp.weights: the list is empty; write a list of 1 to "
                + "20 elements, each a whole number from 1 to 100"
        ),
        Spoiled(
            "[25, 50, 100]",
            "100",
            "m.yaml:16:14: spec.ramp.weights: 100 is a number; write a list of 1 to 20 "
                + "elements, each a whole number from 1 to 100"
        ),
        Spoiled(
            "[25, 50, 100]",
            "[0, 100, 101]",
            "m.yaml:16:15: spec.ramp.weights[0]: 0 is out of range; write a whole "
                + "number from 1 to 100\nm.yaml:16:23: spec.ramp.weights[2]: 101 is out of "
                + "range; write a whole number from 1 to 100"
        ),
        Spoiled(
            "[25, 50, 100]",
            "[25, 100]\n    soak: 2m",
            "m.yaml:17:11: spec.ramp.soak: 2m is not below spec.timeouts.share, 2m; "
                + "write a shorter time, or a longer spec.timeouts.share"
        ),
        Spoiled(
            "[25, 50, 100]",
            "[25, 100]\n    latencyFactorMax: 0.5",
            "m.yaml:17:23: spec.ramp.latencyFactorMax: 0.5 is out of range; write a "
                + "number from 1 to 1000"
        ),
        Spoiled(
            "context: new",
            "context: old",
            "m.yaml:7:21: spec.target.context: \"old\" is the source already; write "
                + "the context of the other site"
        ),
        Spoiled(
            "{context: new}",
            "{context: new, entry: localhost}",
            "m.yaml:7:33: spec.target.entry: \"localhost\" cannot stand here; write a "
                + "URL such as http://127.0.0.1:8081, without a password, path or query"
        ),
        Spoiled(
            "{context: new}",
            "{context: new, entry: \"http://u:geheim@h\"}",
            "m.yaml:7:33: spec.target.entry: it carries a credential; write a URL such "
                + "as http://127.0.0.1:8081, without a password, path or query"
        ),
        Spoiled(
            "[shop, pay]",
            "[shop, pay, shop]",
            "m.yaml:8:27: spec.namespaces[2]: \"shop\" stands twice; leave it out"
        ),
        Spoiled(
            "[shop, pay]",
            "[]",
            "m.yaml:8:15: spec.namespaces: the list is empty; write a list of 1 to 500 "
                + "elements, each a name of at most 63 lower-case letters, digits and '-'"
        ),
        Spoiled(
            "[shop, pay]",
            "shop",
            "m.yaml:8:15: spec.namespaces: \"shop\" is a string; write a list of 1 to "
                + "500 elements, each a name of at most 63 lower-case letters, digits and '-'"
        ),
    ]

    static let traffic = [
        Spoiled(
            "provider: twin",
            "provider: nginx",
            "m.yaml:12:15: spec.traffic.provider: \"nginx\" is unknown; write one of "
                + "haproxy, twin"
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
                + "write a name of letters, digits, '-', '_', '.' and ':'"
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
                + "balancer calls it: a name of letters, digits, '-', '_', '.' and ':'"
        ),
        Spoiled(
            "provider: twin\n    twin: {url: \"http://127.0.0.1:9000\"}",
            "provider: haproxy\n    haproxy: {socket: tcp://h, targetServers: [source]}",
            "m.yaml:13:23: spec.traffic.haproxy.socket: \"tcp://h\" cannot stand here; "
                + "write the path of a UNIX socket, or tcp://host:port\nm.yaml:13:48: "
                + "spec.traffic.haproxy.targetServers[0]: \"source\" is a server of the "
                + "source already; write a server that leads to the target"
        ),
        Spoiled(
            "provider: twin\n    twin: {url: \"http://127.0.0.1:9000\"}",
            "provider: haproxy\n    haproxy: {socket: /s, sourceServers: [a], targetServers: [a]}",
            "m.yaml:13:63: spec.traffic.haproxy.targetServers[0]: \"a\" is a server of "
                + "the source already; write a server that leads to the target"
        ),
    ]

    static let workloads = [
        Spoiled(
            "name: shop/orders",
            "name: orders",
            "m.yaml:10:13: spec.workloads[0].name: \"orders\" does not tell its "
                + "namespace; write namespace/orders"
        ),
        Spoiled(
            "name: shop/orders",
            "name: shpo/orders",
            "m.yaml:10:13: spec.workloads[0].name: the namespace \"shpo\" does not "
                + "cross; did you mean \"shop\"?"
        ),
        Spoiled(
            "name: shop/orders",
            "name: warehouse/orders",
            "m.yaml:10:13: spec.workloads[0].name: the namespace \"warehouse\" does "
                + "not cross; add it to spec.namespaces, or leave this out"
        ),
        Spoiled(
            "name: shop/orders",
            "name: a/b/c",
            "m.yaml:10:13: spec.workloads[0].name: \"a/b/c\" cannot stand here; write "
                + "namespace/name, such as shop/orders"
        ),
        Spoiled(
            "name: shop/orders",
            "name: shop/orders\n    - name: shop/orders",
            "m.yaml:11:13: spec.workloads[1].name: shop/orders stands twice, first at "
                + "line 10; say everything of it in one place"
        ),
        Spoiled(
            "name: shop/orders",
            "name: shop/orders\n      after: [shop/orders]",
            "m.yaml:11:14: spec.workloads[0].after: this is a circle: shop/orders "
                + "after shop/orders; leave one of these out"
        ),
        Spoiled(
            "- name: shop/orders",
            "- {name: shop/a, after: [shop/b]}\n    - {name: shop/b, after: [shop/a]}",
            "m.yaml:10:29: spec.workloads[0].after: this is a circle: shop/a after "
                + "shop/b after shop/a; leave one of these out"
        ),
        Spoiled(
            "- name: shop/orders",
            "- {name: shop/a, after: [shop/b]}\n    - {name: shop/b, wave: 2}",
            "m.yaml:10:29: spec.workloads[0].after: shop/b is of wave 2, this one of "
                + "wave 1; give this one a wave that is not lower"
        ),
        Spoiled(
            "- name: shop/orders",
            "- {name: shop/a, after: [shop/b, shop/b]}\n    - {name: shop/b, exclude: true}",
            "m.yaml:10:29: spec.workloads[0].after: shop/b is excluded, so it never "
                + "crosses; leave it out of this list\nm.yaml:10:38: "
                + "spec.workloads[0].after[1]: \"shop/b\" stands twice; leave it out"
        ),
        Spoiled(
            "name: shop/orders",
            "name: shop/orders\n      activation: both",
            "m.yaml:11:19: spec.workloads[0].activation: \"both\" is unknown; write "
                + "one of shared, exclusive"
        ),
        Spoiled(
            "name: shop/orders",
            "name: shop/orders\n      exclude: true\n      wave: 2",
            "m.yaml:12:13: spec.workloads[0].wave: the workload is excluded; leave "
                + "this out, or leave out exclude"
        ),
        Spoiled(
            "name: shop/orders",
            "name: shop/orders\n      probe: healthz",
            "m.yaml:11:14: spec.workloads[0].probe: \"healthz\" cannot stand here; "
                + "write a path that begins with '/', such as /healthz"
        ),
        Spoiled(
            "name: shop/orders",
            "name: shop/orders\n      exclude: maybe",
            "m.yaml:11:16: spec.workloads[0].exclude: \"maybe\" is a string; write "
                + "true or false"
        ),
        Spoiled(
            "  inFlight: 10",
            "  calls: [{from: shop/a, to: pay/b}, {from: shop/a, to: pay/b}, {from: shop/a}]",
            "m.yaml:17:38: spec.calls[1]: this call stands twice; leave it "
                + "out\nm.yaml:17:65: spec.calls[2].to: missing; write the Service that is "
                + "called: namespace/name, such as shop/orders"
        ),
    ]

    @Test func `every mistake is told at once, in the order of the text`() {
        let text = """
            apiVersion: v1
            kind: Migration
            metadata: {}
            spec:
              source: {context: a, colour: red}
              target: {}
              namespaces: [shop]
              workloads:
                - {name: shopp/a}
              traffic: {provider: twin}
              ramp: {weights: [100, 50]}
              inFlight: many
            """
        #expect(
            message(text) == """
                m.yaml:1:13: apiVersion: "v1" is unknown; write diolkos.dev/v1alpha1
                m.yaml:3:11: metadata.name: missing; write the migration's name: a name of at most \
                63 lower-case letters, digits and '-'
                m.yaml:5:24: spec.source: there is no key "colour"; the keys here are context, \
                kubeconfig, entry
                m.yaml:6:11: spec.target.context: missing; write a context of the kubeconfig: a \
                text on one line
                m.yaml:9:14: spec.workloads[0].name: the namespace "shopp" does not cross; did you \
                mean "shop"?
                m.yaml:10:23: spec.traffic.twin: missing; write where it takes orders: twin: \
                {url: …}
                m.yaml:11:25: spec.ramp.weights[1]: 50 is not above 100, the weight before it; \
                write the weights in ascending order
                m.yaml:11:25: spec.ramp.weights[1]: the last weight is 50; end the ramp with 100, \
                or nothing would ever be gone from the source
                m.yaml:12:13: spec.inFlight: "many" is a string; write a whole number from 1 to 100
                """
        )
    }

    @Test func `what is no document at all is refused with a place`() {
        let nothing =
            "m.yaml:1:1: the file holds no document; write a document of kind Migration"
        let keys = "write a mapping with the keys apiVersion, kind, metadata, spec"
        #expect(message("") == nothing)
        #expect(message("# nothing\n---\n") == nothing)
        #expect(message("just text") == "m.yaml:1:1: \"just text\" is a string; \(keys)")
        #expect(message("- a\n- b\n") == "m.yaml:1:1: this is a list; \(keys)")
        #expect(message("a: *b") == "m.yaml:1:4: no anchor &b stands before *b")
    }

    @Test func `an alias bomb is refused before it goes off`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let alias = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(alias)]\n"
        }
        #expect(
            message(text)
                == "m.yaml:5:45: the text holds more than 100000 values when its aliases are followed"
        )
    }

    @Test func `a huge file is refused by its size, and a deep one by its depth`() {
        let huge = sound + String(repeating: "# filler\n", count: 200_000)
        #expect(
            message(huge)
                == "m.yaml:1:1: the text has 1800327 bytes; more than 1048576 are refused"
        )
        let deep = sound.replacing(
            "inFlight: 10",
            with: "inFlight: " + String(repeating: "[", count: 90)
        )
        #expect(message(deep) == "m.yaml:17:43: nested deeper than 32 levels")
    }

    @Test func `no message shows a password`() {
        let text = sound.replacing(
            "http://127.0.0.1:9000",
            with: "http://me:hunter2@127.0.0.1:9000"
        )
        #expect(!message(text).contains("hunter2"))
    }
}
