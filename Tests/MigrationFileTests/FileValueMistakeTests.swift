import Testing

@Suite struct FileValueMistakeTests {
    static let cases = [
        Spoiled(
            "inFlight: 10",
            "bridges: {mode: pods}",
            "m.yaml:17:19: spec.bridges.mode: \"pods\" is unknown; write one of auto, nodePorts, "
                + "podAddresses, loadBalancer, entry"
        ),
        Spoiled(
            "inFlight: 10",
            "bridges: {transfer: skip, throughputMin: 1000000}",
            "m.yaml:17:44: spec.bridges.throughputMin: nobody sends anything over the link where "
                + "transfer is skip; leave it out, or write transfer: measure"
        ),
        Spoiled(
            "inFlight: 10",
            "bridges: {mode: loadBalancer}",
            "m.yaml:17:19: spec.bridges.mode: nothing says how load balancers are kept from being "
                + "open to everybody; write spec.bridges.annotations as your cloud wants them for "
                + "internal ones, or {} if they are internal without"
        ),
        Spoiled(
            "inFlight: 10",
            "bridges: {mode: nodePorts, ingressClass: inner}",
            "m.yaml:17:44: spec.bridges.ingressClass: bridges lead to node ports, which have no use "
                + "for it; leave it out, or write mode: entry"
        ),
        Spoiled(
            "inFlight: 10",
            "bridges: {mode: nodePorts, connectionsMax: 5s}",
            "m.yaml:17:46: spec.bridges.connectionsMax: bridges lead to node ports, which have no use "
                + "for it; leave it out, or write mode: entry"
        ),
        Spoiled(
            "inFlight: 10",
            "bridges: {mode: entry, keeper: {image: k, apis: {source: 'https://a', "
                + "target: 'https://b'}}, entries: {source: 'http://10.0.0.1', target: "
                + "'http://10.0.0.2'}}",
            "m.yaml:17:34: spec.bridges.keeper: bridges lead to entries, which have no use for it; "
                + "leave it out, or write mode: nodePorts or podAddresses"
        ),
        Spoiled(
            "inFlight: 10",
            "bridges: {mode: podAddresses, keeper: {image: k, apis: {source: 'http://a', "
                + "target: 'https://b'}}}",
            "m.yaml:17:67: spec.bridges.keeper.apis.source: http://a would take a token over the link "
                + "in the clear; write an URL with https"
        ),
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

    @Test(arguments: cases)
    func `a value that cannot be gives its place, what stands there and what to write`(
        case: Spoiled
    ) {
        #expect(sound.contains(`case`.piece))
        #expect(refusal(of: `case`.text) == `case`.message)
    }
}
