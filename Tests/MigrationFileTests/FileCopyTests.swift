import Foundation
import JSONValues
import MigrationFile
import MigrationModel
import Testing

/// Everything that can be said of copying, behind the sound file.
private let copy = """
      copy:
        scope: foundation
        workloads: running
        loadBalancers: leave
        prune: true
        removalsMax: 25
        stacks:
          - name: payments
            select:
              - {namespaces: [pay], kinds: [deployments, services], labels: "tier in (a,b),!canary"}
              - {names: [ledger]}
          - name: labelled
            scope: everything
            then: [{name: own, command: [deploy]}]
        transforms:
          namespaces: {shop: store}
          storageClasses: {gp2: fast}
          ingressClasses: {nginx: haproxy}
          images:
            - {from: docker.io/acme, to: registry.example.com/acme}
          labels:
            add: {moved: "2026"}
            remove: [example.com/site]
          patches:
            - kind: deployments
              namespace: shop
              name: web
              labels: app=web
              patch:
                - {op: replace, path: /spec/template/spec/priorityClassName, value: high}
                - {op: remove, path: /spec/paused}
        then:
          - name: pipeline
            http:
              url: "https://ci.example.com/hooks/shop?ref=main"
              expect: [202, 201]
              body: {ref: main, inputs: {all: true}}
            timeout: 5m
          - name: deployed
            http:
              url: "https://ci.example.com/shop"
              method: GET
              headers: {PRIVATE-TOKEN: CI_TOKEN}
              until: {path: /status, is: [success], fails: [failed, canceled]}
          - name: wait
            command: [./wait, --for=shop]

    """

private func parse(_ text: String) throws -> MigrationFile {
    try MigrationFile.parse(Array(text.utf8), file: "m.yaml")
}

@Suite struct FileCopyTests {
    @Test func `everything that can be said of copying is read`() throws {
        let settings = try parse(sound + copy).copy
        #expect(settings.scope == .foundation)
        #expect(settings.workloads == .running)
        #expect(settings.loadBalancers == .leave)
        #expect(try parse(sound + copy).copyRule().loadBalancers == .leave)
        #expect(try parse(sound + copy).copyRule().pruning == .upTo(25))
        #expect(try parse(sound).copyRule().pruning == .none)
        #expect(try parse(sound).copyRule().loadBalancers == .undecided)
        #expect(settings.stacks.map(\.name) == ["labelled", "payments"])
        #expect(
            settings.stacks[1].selections == [
                CopySelection(
                    namespaces: ["pay"],
                    kinds: ["deployments", "services"],
                    labels: "tier in (a,b),!canary"
                ), CopySelection(names: ["ledger"]),
            ]
        )
        let transforms = settings.transforms
        #expect(transforms.namespaces == ["shop": "store"])
        #expect(transforms.storageClasses == ["gp2": "fast"])
        #expect(transforms.ingressClasses == ["nginx": "haproxy"])
        #expect(
            transforms.images == [
                ImagePrefix(source: "docker.io/acme", target: "registry.example.com/acme")
            ]
        )
        #expect(transforms.labels.added == ["moved": "2026"])
        #expect(transforms.labels.removed == ["example.com/site"])
        #expect(transforms.patches.map(\.operations.count) == [2])
        #expect(transforms.patches.first?.operations.first?["value"] == "high")
        let call = CopyHook.HTTPCall(
            url: "https://ci.example.com/hooks/shop?ref=main",
            expected: [201, 202],
            body: ["ref": "main", "inputs": ["all": true]]
        )
        #expect(
            settings.hooks == [
                CopyHook(name: "pipeline", action: .http(call), timeout: .seconds(300)),
                CopyHook(
                    name: "deployed",
                    action: .http(
                        CopyHook.HTTPCall(
                            url: "https://ci.example.com/shop",
                            method: "GET",
                            headers: ["PRIVATE-TOKEN": "CI_TOKEN"],
                            until: CopyHook.AnswerCondition(
                                pointer: "/status",
                                success: ["success"],
                                failure: ["canceled", "failed"]
                            )
                        )
                    )
                ),
                CopyHook(name: "wait", action: .command(["./wait", "--for=shop"])),
            ]
        )
    }

    @Test func `a stack of the file and one of the label alone become rules`() throws {
        let file = try parse(sound + copy)
        let rule = file.copyRule(stack: "payments")
        #expect(rule.name == "shop")
        #expect(rule.selection.namespaces == ["pay", "shop"])
        #expect(rule.selection.stack?.selections.count == 2)
        #expect(rule.targetNamespaces == ["pay", "store"])
        #expect(file.copyRule(stack: "other").selection.stack == CopyStack(name: "other"))
        #expect(file.copyRule().selection.stack == nil)
    }

    @Test func `a stack has a scope and hooks of its own`() throws {
        let file = try parse(sound + copy)
        #expect(file.copyRule(stack: "labelled").scope == .everything)
        #expect(file.copyRule(stack: "payments").scope == .foundation)
        #expect(file.copyHooks(stack: "labelled").map(\.name) == ["own"])
        #expect(file.copyHooks(stack: "payments").isEmpty)
        #expect(file.copyHooks().map(\.name) == ["pipeline", "deployed", "wait"])
    }

    /// What is written below `spec.copy`, and the message behind the place.
    static let mistakes: [(text: String, message: String)] = [
        ("scope: all", "spec.copy.scope: \"all\" is unknown; write one of everything, foundation"),
        (
            "loadBalancers: undecided",
            "spec.copy.loadBalancers: \"undecided\" is unknown; write one of internal, keep, leave"
        ),
        ("prune: 10", "spec.copy.prune: 10 is a number; write true or false"),
        (
            "removalsMax: -1",
            "spec.copy.removalsMax: -1 is out of range; write a whole number from 0 to 1000000"
        ),
        (
            "removalMax: 5",
            "spec.copy: there is no key \"removalMax\"; did you mean \"removalsMax\"?"
        ),
        (
            "transforms: {namespaces: {shop: pay}}",
            "spec.copy.transforms.namespaces.shop: \"pay\" is what \"pay\" is called at the "
                + "target; give each namespace a name of its own"
        ),
        (
            "transforms: {namespaces: {shop: shop}}",
            "spec.copy.transforms.namespaces.shop: \"shop\" is what it is called already; leave "
                + "it out"
        ),
        (
            "transforms: {namespaces: {shop: My_Shop}}",
            "spec.copy.transforms.namespaces.shop: \"My_Shop\" cannot stand here; write a name of "
                + "at most 63 lower-case letters, digits and '-'"
        ),
        (
            "transforms: {namespaces: {sh/op: store}}",
            "spec.copy.transforms.namespaces: \"sh/op\" cannot stand here; write a name of at most "
                + "63 lower-case letters, digits and '-'"
        ),
        (
            "transforms: {labels: {add: {a: b}, remove: [a]}}",
            "spec.copy.transforms.labels.add.a: it is removed, too; leave out one of the two"
        ),
        (
            "transforms: {labels: {add: {diolkos.dev/copy: b}}}",
            "spec.copy.transforms.labels.add.diolkos.dev/copy: \"diolkos.dev/copy\" is a mark of "
                + "Diolkos; write a key of your own"
        ),
        (
            "transforms: {patches: [{kind: pods, patch: [{op: add, path: /metadata/x}]}]}",
            "spec.copy.transforms.patches[0].patch[0].value: missing; write what stands there then"
        ),
        (
            "transforms: {patches: [{kind: pods, patch: [{op: move, path: /spec}]}]}",
            "spec.copy.transforms.patches[0].patch[0].from: missing; write where it is taken from"
        ),
        (
            "transforms: {patches: [{kind: pods, patch: [{op: remove, path: /metadata/name}]}]}",
            "spec.copy.transforms.patches[0].patch[0].path: \"/metadata/name\" tells which object "
                + "it is; patch what is below; namespaces are renamed by transforms.namespaces"
        ),
        (
            "stacks: [{name: a, select: [{labels: \"app=\"}, {labels: \"app in a\"}]}]",
            "spec.copy.stacks[0].select[1].labels: \"app in a\" cannot stand here; write a label "
                + "selector such as app=web,tier in (front,back),!canary"
        ),
        (
            "stacks: [{name: a, select: [{}]}]",
            "spec.copy.stacks[0].select[0]: it selects nothing; write namespaces, kinds, labels "
                + "or names"
        ),
        (
            "stacks: [{name: a, select: [{namespaces: [sho]}]}]",
            "spec.copy.stacks[0].select[0].namespaces[0]: the namespace \"sho\" does not cross; "
                + "did you mean \"shop\"?"
        ),
        (
            "stacks: [{name: a}, {name: a}]",
            "spec.copy.stacks[1].name: the stack \"a\" stands twice; say everything of it in one "
                + "place"
        ),
        (
            "stacks: [{name: a, then: [{name: b}]}]",
            "spec.copy.stacks[0].then[0]: it does nothing; write http or command"
        ),
        ("then: [{name: a}]", "spec.copy.then[0]: it does nothing; write http or command"),
        (
            "then: [{name: a, http: {url: \"https://u:p@h/x\"}}]",
            "spec.copy.then[0].http.url: it carries a credential; write a URL such as "
                + "https://ci.example.com/hooks/shop, without a password"
        ),
        (
            "then: [{name: a, http: {url: \"http://h/x\", headers: {Token: CI_TOKEN}}}]",
            "spec.copy.then[0].http.url: headers hold credentials, which go over https only; write "
                + "an https URL, or leave the headers out"
        ),
        (
            "then: [{name: a, http: {url: \"https://h/x\", headers: {\"A: b\": CI_TOKEN}}}]",
            "spec.copy.then[0].http.headers: \"A: b\" cannot stand here; write a name of letters, "
                + "digits, '-' and '_'"
        ),
        (
            "then: [{name: a, http: {url: \"https://h/x\", method: GET, body: {a: b}}}]",
            "spec.copy.then[0].http.body: a GET sends nothing; leave it out"
        ),
        (
            "then: [{name: a, http: {url: \"https://h/x\", until: {path: /s, is: [x]}}}]",
            "spec.copy.then[0].http.until: only a GET is repeated; write method: GET"
        ),
        (
            "then: [{name: a, http: {url: \"https://h/x\", method: GET, until: {path: /s}}}]",
            "spec.copy.then[0].http.until.is: missing; write what stands there when all is done: "
                + "a list of 1 to 100 elements, each a text on one line"
        ),
        (
            "then: [{name: a, http: {url: \"https://h/x\", method: GET, until: {path: s, is: [x]}}}]",
            "spec.copy.then[0].http.until.path: \"s\" cannot stand here; write a JSON pointer such "
                + "as /spec/template/spec/priorityClassName"
        ),
        (
            "then: [{name: a, http: {url: \"https://h/x\", method: GET, "
                + "until: {path: /s, is: [x], fails: [x]}}}]",
            "spec.copy.then[0].http.until.fails[0]: \"x\" means success, too; leave it out here or "
                + "there"
        ),
        (
            "then: [{name: a, command: [x], timeout: 10}]",
            "spec.copy.then[0].timeout: 10 is a number; write a duration from 1s to 24h, such as "
                + "500ms, 2s or 1m30s"
        ),
        (
            "then: [{name: a, http: {url: \"https://h/x\"}, command: [x]}]",
            "spec.copy.then[0].command: the hook has http already; write one of the two"
        ),
    ]

    @Test func `a file for copies says nothing of traffic, and a crossing asks for it`() throws {
        let text = """
            apiVersion: diolkos.dev/v1alpha1
            kind: Migration
            metadata: {name: shop}
            spec:
              source: {context: here}
              target: {context: there}
              copy: {loadBalancers: internal, transforms: {namespaces: {shop: store}}}
            """
        let file = try MigrationFile.parse(Array(text.utf8), file: "m.yaml", for: .copying)
        #expect(file.traffic == nil)
        #expect(file.copyRule().selection.namespaces == [])
        #expect(file.copyRule().transforms.namespaces == ["shop": "store"])
        #expect(
            refusal(of: text) == """
                m.yaml:5:3: spec.namespaces: missing; write the namespaces that cross: a list of \
                names
                m.yaml:5:3: spec.traffic: missing; write the balancer that leads to both sites, \
                such as traffic: {provider: haproxy, haproxy: {socket: …}}; only `diolkos copy` \
                does without
                """
        )
        // What is said of traffic is checked all the same.
        let wrong = text.replacing("  copy:", with: "  traffic: {provider: hapoxy}\n  copy:")
        #expect(throws: MigrationFileError.self) {
            try MigrationFile.parse(Array(wrong.utf8), for: .copying)
        }
    }

    @Test(arguments: mistakes)
    func `a mistake in what is copied is told with its place`(
        _ mistake: (text: String, message: String)
    ) {
        let told = refusal(of: sound + "  copy:\n    \(mistake.text)\n")
        #expect(told.hasPrefix("m.yaml:19:"))
        #expect(told.hasSuffix(mistake.message), "\(told)")
        #expect(!told.contains("\n"), "\(told)")
    }

    @Test func `the example of the documentation is a sound file`() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(
            contentsOf: package.appendingPathComponent("docs/copy.md"),
            encoding: .utf8
        )
        let begin = try #require(page.firstRange(of: "```yaml\n"))
        let rest = page[begin.upperBound...]
        let end = try #require(rest.firstRange(of: "```"))
        let text = Array(rest[..<end.lowerBound].utf8)
        let file = try MigrationFile.parse(text, file: "docs/copy.md", for: .copying)
        #expect(file.copy.stacks.count == 2)
        #expect(file.copy.hooks.count == 3)
        #expect(file.copy.transforms.patches.count == 1)
        let programs = file.withPaths(relativeTo: "/srv").copy.hooks.map(\.action)
        #expect(programs.last == .command(["/srv/./smoke-test", "--site", "new"]))
    }

    @Test func `the schema tells of copying`() {
        let fields = MigrationFile.schema.at("properties", "spec", "properties", "copy")
        let names = fields?.at("properties", "transforms", "properties", "namespaces")
        #expect(fields?["additionalProperties"] == false)
        #expect(names?.at("additionalProperties", "type") == "string")
    }
}
