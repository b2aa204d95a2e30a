/// `spec.traffic`.
extension FileShape {
    static let traffic = FileShape.mapping([
        FileField(
            "provider",
            .choice(FileReader.providers),
            isRequired: true,
            "the balancer"
        ),
        FileField("haproxy", .mapping(haproxy), "where HAProxy takes orders"),
        FileField("kubernetes", .kubernetesTraffic, "which objects of a cluster share requests"),
        FileField("twin", .mapping(twin), "where the twin's balancer takes orders"),
        FileField(
            "routes",
            .list(of: .mapping(route), count: 0...5_000),
            "routes that are not simply the host of an Ingress"
        ),
        FileField(
            "ignoredHosts",
            .list(of: .text(.hostOrStar), count: 0...5_000),
            "hosts of Ingresses that nobody uses any more"
        ),
    ])

    private static let haproxy = [
        FileField(
            "socket",
            .text(.socket),
            isRequired: true,
            "its runtime API; a path is relative to this file"
        ),
        FileField(
            "masterSocket",
            .text(.socket),
            "the CLI of its master process (-S), which tells of workers that a reload replaced"
        ),
        FileField("sourceServers", servers, "the servers of a backend that lead to the source"),
        FileField("targetServers", servers, "the servers of a backend that lead to the target"),
        FileField("front", .text(.url), "where it takes requests: idle routes are probed there"),
        FileField(
            "stateFile",
            .text(.line),
            "the server-state file that a reload reads, relative to this file"
        ),
        FileField(
            "reloads",
            .choice(["handled"]),
            "`handled` where something else than stateFile keeps the weights over a reload"
        ),
    ]

    private static let servers = FileShape.list(of: .text(.proxyName), count: 1...64)

    private static let twin = [
        FileField("url", .text(.url), isRequired: true, "its control API"),
        FileField("front", .text(.url), "where it takes requests: idle routes are probed there"),
    ]

    private static let route =
        [
            FileField("name", .text(.routeName), isRequired: true, "what the balancer calls it"),
            FileField("host", .text(.host), "the host by which an Ingress knows its requests"),
            FileField("service", .text(.qualifiedName), "the Service that it leads to"),
            FileField("workload", .text(.qualifiedName), "the Deployment that it leads to"),
            FileField("probe", .text(.path), "the path that its probes ask for"),
            FileField("backend", .text(.proxyName), "its HAProxy backend, if not of its own name"),
            FileField("sourceServers", servers, "its servers that lead to the source"),
            FileField("targetServers", servers, "its servers that lead to the target"),
        ] + kubernetesRoute
}
