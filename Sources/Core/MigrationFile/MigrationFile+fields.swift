import MigrationModel

extension FileShape {
    /// The whole document: what is checked, and what the schema says, in one table.
    static let migration = FileShape.mapping([
        FileField("apiVersion", .choice(["diolkos.dev/v1alpha1"]), isRequired: true, "the form"),
        FileField("kind", .choice(["Migration"]), isRequired: true, "the kind of document"),
        FileField("metadata", .mapping(metadata), isRequired: true, "what it is called"),
        FileField("spec", .mapping(spec), isRequired: true, "what moves, and how"),
    ])

    /// Proxies that take longer are broken ones.
    static let settleMax = Duration.seconds(600)

    private static let metadata = [
        FileField("name", .text(.label), isRequired: true, "the migration's name"),
        FileField("namespace", .text(.label), "where an operator keeps it"),
        FileField("labels", .labels, "labels, which mean nothing here"),
        FileField("annotations", .labels, "annotations, which mean nothing here"),
    ]

    private static let spec = [
        // What a file must have depends on what it is for: FileReader notes what is missing.
        FileField("source", .mapping(site), isRequired: true, "the site that is left"),
        FileField("target", .mapping(site), isRequired: true, "the site that is reached"),
        FileField(
            "namespaces",
            .list(of: .text(.label), count: 1...500),
            "the namespaces that cross; in a file for copies only, all where it is not written"
        ),
        FileField(
            "workloads",
            .list(of: .mapping(workload), count: 0...5_000),
            "what is to be known of single workloads"
        ),
        FileField(
            "calls",
            .list(of: .mapping(call), count: 0...20_000),
            "who calls whom, beside what can be seen"
        ),
        FileField(
            "traffic",
            .traffic,
            "the balancer and its routes; only copies do without"
        ),
        FileField("ramp", .mapping(ramp), "how the target's share grows"),
        FileField(
            "strategy",
            .choice(CrossingStrategy.allCases.map(\.rawValue)),
            "whether workloads cross one after another, or the whole site by one switch"
        ),
        FileField("inFlight", .whole(1...100), "how many workloads may cross at once"),
        FileField(
            "bridges",
            .bridges,
            "what bridges lead to, and how it is known that they carry"
        ),
        FileField("stores", .stores, "stores whose writers change sides, and how"),
        FileField(
            "probes",
            .probes,
            "trials of what runs at the target, before users depend on it"
        ),
        FileField("gates", .gates, "numbers that must be right before a crossing goes on"),
        FileField("compare", .comparisons, "questions that both sites must answer alike"),
        FileField("windows", .windows, "when steps of the crossing may begin"),
        FileField("approvals", .approvals, "before what a person has to say yes"),
        FileField(
            "freeze",
            .choice(DeployFreeze.allCases.map(\.rawValue)),
            "what becomes of a workload that somebody deploys while it crosses"
        ),
        FileField(
            "residual",
            .choice(ResidualRule.allCases.map(\.rawValue)),
            "what becomes of connections that do not end at the source within timeouts.drain"
        ),
        FileField(
            "settle",
            .duration(.zero...settleMax),
            "how long proxies and entries may take to follow a change"
        ),
        FileField("timeouts", .mapping(timeouts), "how long a step may take before it has failed"),
        FileField("copy", .copy, "what `diolkos copy` takes, and what it changes on the way"),
    ]

    private static let site = [
        FileField("context", .text(.line), isRequired: true, "a context of the kubeconfig"),
        FileField("kubeconfig", .text(.line), "the kubeconfig's path, relative to this file"),
        FileField("entry", .text(.url), "the URL of the site's own entry, for probes"),
    ]

    private static let workload = [
        FileField("name", .text(.qualifiedName), isRequired: true, "the workload"),
        FileField(
            "kind",
            .choice(WorkloadID.kinds.map(\.kind)),
            "its kind, where another one has the same name"
        ),
        FileField("exclude", .flag, "whether it stays where it is"),
        FileField(
            "activation",
            .choice(Activation.allCases.map(\.rawValue)),
            "whether both sites may run it at once, or only other pods of it (ordinals)"
        ),
        FileField(
            "after",
            .list(of: .text(.qualifiedName), count: 0...1_000),
            "workloads that must have crossed before"
        ),
        FileField("wave", .whole(1...1_000), "when it crosses; lower waves cross first"),
        FileField("probe", .text(.path), "the path that probes ask for"),
        FileField(
            "startsEmpty",
            .text(.line),
            "who says that its pods may start with empty volumes at the target, and why"
        ),
        FileField(
            "podNames",
            .text(.line),
            "who says that nobody calls its pods by their own names across the sites, and why"
        ),
    ]

    private static let call = [
        FileField("from", .text(.qualifiedName), isRequired: true, "the workload that calls"),
        FileField("to", .text(.qualifiedName), isRequired: true, "the Service that is called"),
    ]

    private static let ramp = [
        FileField(
            "weights",
            .list(of: .whole(1...100), count: 1...20),
            "the target's shares in percent, ascending to 100"
        ),
        FileField("requestsMin", .whole(1...1_000_000), "requests counted per site and weight"),
        FileField("soak", .duration(.zero ... .seconds(86_400)), "how long a share is held"),
        FileField("latencyFactorMax", .decimal(1...1_000), "how much slower the target may be"),
        FileField(
            "latencySlack",
            .duration(.zero ... .seconds(60)),
            "how much slower it may be in any case: the link, and the noise of short answers"
        ),
        FileField(
            "failureExcessMax",
            .decimal(0...100),
            "how much more may fail at the target than at the source, in percent, beside chance"
        ),
        FileField(
            "failureMax",
            .decimal(0...100),
            "how much may fail at the source itself, in percent, for a gate to pass"
        ),
        FileField("shareTolerance", .decimal(0...50), "how far a share may be off, in percent"),
    ]

    private static let timeout = FileShape.duration(.seconds(1) ... .seconds(86_400))

    private static let timeouts = [
        FileField("change", timeout, "a change and what must be seen of it"),
        FileField("ready", timeout, "pods to become ready"),
        FileField("share", timeout, "a share to be seen"),
        FileField("drain", timeout, "requests under way and pods to end"),
    ]
}
