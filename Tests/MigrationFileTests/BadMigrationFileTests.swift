import MigrationFile
import Testing

@Suite struct BadMigrationFileTests {
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
            refusal(of: text) == """
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
        #expect(refusal(of: "") == nothing)
        #expect(refusal(of: "# nothing\n---\n") == nothing)
        #expect(refusal(of: "just text") == "m.yaml:1:1: \"just text\" is a string; \(keys)")
        #expect(refusal(of: "- a\n- b\n") == "m.yaml:1:1: this is a list; \(keys)")
        #expect(refusal(of: "a: *b") == "m.yaml:1:4: no anchor &b stands before *b")
    }

    @Test func `an alias bomb is refused before it goes off`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let alias = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(alias)]\n"
        }
        #expect(
            refusal(of: text)
                == "m.yaml:5:45: the text holds more than 100000 values when its aliases are followed"
        )
    }

    @Test func `a huge file is refused by its size, and a deep one by its depth`() {
        let huge = sound + String(repeating: "# filler\n", count: 200_000)
        #expect(
            refusal(of: huge)
                == "m.yaml:1:1: the text has 1800327 bytes; more than 1048576 are refused"
        )
        let deep = sound.replacing(
            "inFlight: 10",
            with: "inFlight: " + String(repeating: "[", count: 90)
        )
        #expect(refusal(of: deep) == "m.yaml:17:43: nested deeper than 32 levels")
    }

    @Test func `no message shows a password`() {
        let text = sound.replacing(
            "http://127.0.0.1:9000",
            with: "http://me:hunter2@127.0.0.1:9000"
        )
        #expect(!refusal(of: text).contains("hunter2"))
    }
}
