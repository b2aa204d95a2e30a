import Testing

@Suite struct FileStructureMistakeTests {
    static let cases = [
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
                + "target, namespaces, workloads, calls, traffic, ramp, strategy, inFlight, bridges, "
                + "stores, probes, gates, compare, windows, approvals, freeze, residual, settle, timeouts, copy"
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

    @Test(arguments: cases)
    func `a mistake of form gives its place, what stands there and what to write`(case: Spoiled) {
        #expect(sound.contains(`case`.piece))
        #expect(refusal(of: `case`.text) == `case`.message)
    }
}
