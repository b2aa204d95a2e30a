import Testing

@Suite struct FileWorkloadMistakeTests {
    static let cases = [
        Spoiled(
            "inFlight: 10",
            "probes: [{name: a, route: b}]",
            "m.yaml:17:12: spec.probes[0]: it is not clear what is tried; write http, tcp, grpc, "
                + "command or job, and one of them"
        ),
        Spoiled(
            "inFlight: 10",
            "probes: [{name: a, route: b, tcp: {port: 5432}}]",
            "m.yaml:17:37: spec.probes[0].tcp: a route does not tell whom to dial; write host, or "
                + "workload"
        ),
        Spoiled(
            "inFlight: 10",
            "probes: [{name: a, workload: shop/b, job: {command: [x]}}]",
            "m.yaml:17:45: spec.probes[0].job: it is not clear what runs; write image or manifest"
        ),
        Spoiled(
            "inFlight: 10",
            "probes: [{name: a, route: b, job: {manifest: {kind: Pod, apiVersion: v1}}}]",
            "m.yaml:17:48: spec.probes[0].job.manifest: it is no Job; write one of apiVersion "
                + "batch/v1, kind Job"
        ),
        Spoiled(
            "inFlight: 10",
            "probes: [{name: a, command: [x]}]",
            "m.yaml:17:12: spec.probes[0]: it is not clear what waits for it; write route or workload"
        ),
        Spoiled(
            "inFlight: 10",
            "probes: [{name: a, route: b, http: {path: /, host: a.example}}]",
            "m.yaml:17:38: spec.probes[0].http: it is asked at the target's entry; write "
                + "spec.target.entry"
        ),
        Spoiled(
            "inFlight: 10",
            "gates: [{name: a, prometheus: {url: \"http://p/x?y\", query: up, min: 1}}]",
            "m.yaml:17:39: spec.gates[0].prometheus.url: it has a query; write the query as query"
        ),
        Spoiled(
            "inFlight: 10",
            "gates: [{name: a, prometheus: {url: \"http://p\", query: up}}]",
            "m.yaml:17:33: spec.gates[0].prometheus: it has no bound; write min, max or both"
        ),
        Spoiled(
            "inFlight: 10",
            "gates: [{name: a, prometheus: {url: \"http://u:p@p\", query: up, max: 1}}]",
            "m.yaml:17:39: spec.gates[0].prometheus.url: it carries a credential; write a URL such "
                + "as https://ci.example.com/hooks/shop, without a password"
        ),
        Spoiled(
            "inFlight: 10",
            "compare: [{route: a, paths: [/]}]",
            "m.yaml:17:13: spec.compare[0]: answers are compared at the entries of both sites; write "
                + "spec.source.entry and spec.target.entry"
        ),
        Spoiled(
            "inFlight: 10",
            "windows: {zone: Europe/Athen, deny: [{days: [fri]}]}",
            "m.yaml:17:19: spec.windows.zone: \"Europe/Athen\" cannot stand here; write a time zone "
                + "of the IANA's data base, such as Europe/Athens or UTC"
        ),
        Spoiled(
            "inFlight: 10",
            "windows: {zone: UTC}",
            "m.yaml:17:12: spec.windows: it names no window; write allow or deny, such as deny: "
                + "[{days: [fri]}], or leave it out"
        ),
        Spoiled(
            "inFlight: 10",
            "windows: {zone: UTC, allow: [{from: \"25:00\"}]}",
            "m.yaml:17:39: spec.windows.allow[0].from: \"25:00\" cannot stand here; write a time of "
                + "day from \"00:00\" to \"24:00\", in quotes"
        ),
        Spoiled(
            "inFlight: 10",
            "windows: {zone: UTC, deny: [{days: [fri], from: \"09:00\", to: \"09:00\"}]}",
            "m.yaml:17:64: spec.windows.deny[0].to: it ends when it begins; write another time, or "
                + "leave both out for the whole day"
        ),
        Spoiled(
            "inFlight: 10",
            "windows: {zone: UTC, deny: [{}]}",
            "m.yaml:17:30: spec.windows.deny: nothing could ever begin; write days, or from and to, "
                + "of what is denied"
        ),
        Spoiled(
            "inFlight: 10",
            "strategy: whole",
            "m.yaml:17:13: spec.strategy: \"whole\" is unknown; write one of workloads, wholeSite"
        ),
        Spoiled(
            "workloads:\n    - name: shop/orders",
            "strategy: wholeSite\n  workloads:\n    - {name: shop/orders, wave: 2}",
            "m.yaml:11:33: spec.workloads[0].wave: with strategy wholeSite all workloads cross "
                + "together; leave this out, or write strategy: workloads"
        ),
        Spoiled(
            "inFlight: 10",
            "approvals: {waves: [2, 2]}",
            "m.yaml:17:26: spec.approvals.waves[1]: 2 stands twice; leave it out"
        ),
        Spoiled(
            "inFlight: 10",
            "approvals: {workloads: [orders]}",
            "m.yaml:17:27: spec.approvals.workloads[0]: \"orders\" does not tell its namespace; "
                + "write namespace/orders"
        ),
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
                + "one of shared, exclusive, ordinals"
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
            "name: shop/orders",
            "name: shop/orders\n      kind: CronJob\n      activation: ordinals",
            "m.yaml:12:19: spec.workloads[0].activation: only the pods of a StatefulSet have "
                + "ordinals, and its kind is \"CronJob\"; write shared or exclusive"
        ),
        Spoiled(
            "  inFlight: 10",
            "  calls: [{from: shop/a, to: pay/b}, {from: shop/a, to: pay/b}, {from: shop/a}]",
            "m.yaml:17:38: spec.calls[1]: this call stands twice; leave it "
                + "out\nm.yaml:17:65: spec.calls[2].to: missing; write the Service that is "
                + "called: namespace/name, such as shop/orders"
        ),
    ]

    @Test(arguments: cases)
    func `a mistake about workloads gives its place, what stands there and what to write`(
        case: Spoiled
    ) {
        #expect(sound.contains(`case`.piece))
        #expect(refusal(of: `case`.text) == `case`.message)
    }
}
