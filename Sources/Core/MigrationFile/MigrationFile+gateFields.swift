import MigrationModel

extension FileShape {
    /// What `spec.probes` may say.
    static let probes = FileShape.list(
        of: .mapping([
            FileField("name", .text(.label), isRequired: true, "what people call it"),
            FileField("route", .text(.routeName), "the route whose first weight waits for it"),
            FileField("workload", .text(.qualifiedName), "the workload that waits for it"),
            FileField(
                "kind",
                .choice(WorkloadID.kinds.map(\.kind)),
                "the workload's kind, where another one has the same name"
            ),
            FileField("http", .mapping(httpTrial), "a request to the target's own entry"),
            FileField("tcp", .mapping(tcpTrial), "a connection, by a Job at the target"),
            FileField(
                "grpc",
                .mapping(grpcTrial),
                "grpc.health.v1.Health/Check without TLS, by a Job at the target"
            ),
            FileField(
                "command",
                .list(of: .text(.line), count: 1...100),
                "a program of this machine, by its exit code; relative to this file"
            ),
            FileField("job", .mapping(jobTrial), "a Job of yours at the target"),
            FileField(
                "timeout",
                .duration(.milliseconds(100) ... .seconds(3_600)),
                "how long one trial may take; 10s where it is not written, 5m for job"
            ),
        ]),
        count: 1...1_000
    )

    private static let dialled = [
        FileField("port", .whole(1...65_535), isRequired: true, "the port"),
        FileField(
            "host",
            .text(.host),
            "whom pods of the target dial; the workload's local name where it is not written"
        ),
    ]

    private static let tcpTrial = dialled

    private static let grpcTrial =
        dialled + [
            FileField(
                "service",
                .text(.proxyName),
                "whose health is asked; that of the server as a whole where it is not written"
            )
        ]

    private static let jobTrial = [
        FileField("image", .text(.line), "what it runs"),
        FileField(
            "command",
            .list(of: .text(.line), count: 1...100),
            "the image's own where it is not written"
        ),
        FileField("serviceAccount", .text(.label), "with whose rights, where it needs any"),
        FileField("manifest", .anything, "a whole Job, without its name, in place of these"),
    ]

    private static let httpTrial = [
        FileField("path", .text(.path), isRequired: true, "what is asked for"),
        FileField("host", .text(.host), "the host; that of the route where it is not written"),
        FileField("status", .whole(100...599), "what the answer must have; 200 if not written"),
        FileField(
            "headers",
            .texts(keys: .word, values: .line),
            "what the answer's headers must be"
        ),
        FileField("body", .text(.line), "a regular expression that must match in its body"),
    ]

    /// What `spec.gates` may say.
    static let gates = FileShape.list(
        of: .mapping([
            FileField("name", .text(.label), isRequired: true, "what people call it"),
            FileField("prometheus", .mapping(prometheus), isRequired: true, "what is asked"),
            FileField(
                "routes",
                .list(of: .text(.routeName), count: 1...5_000),
                "at each weight of which it must hold; all, where neither these nor workloads stand"
            ),
            FileField(
                "workloads",
                .list(of: .text(.qualifiedName), count: 1...5_000),
                "whose source goes to zero only when it holds"
            ),
        ]),
        count: 1...100
    )

    /// What `spec.compare` may say.
    static let comparisons = FileShape.list(
        of: .mapping([
            FileField("route", .text(.routeName), isRequired: true, "the route that waits for it"),
            FileField("method", .choice(["GET", "HEAD"]), "how it is asked"),
            FileField(
                "paths",
                .list(of: .text(.path), count: 1...100),
                isRequired: true,
                "what is asked for at both sites"
            ),
            FileField(
                "headers",
                .list(of: .text(.word), count: 1...100),
                "headers that must be the same, beside the status"
            ),
            FileField(
                "ignore",
                .list(of: .text(.pointer), count: 1...1_000),
                "places of JSON bodies that may differ"
            ),
            FileField(
                "replace",
                .list(of: .mapping(replacement), count: 1...100),
                "what is replaced in bodies before they are compared"
            ),
        ]),
        count: 1...1_000
    )

    private static let bound = FileShape.decimal(-1e15...1e15)

    private static let prometheus = [
        FileField("url", .text(.callURL), isRequired: true, "where it answers"),
        FileField("query", .text(.line), isRequired: true, "an instant query in PromQL"),
        FileField("min", bound, "nothing may be below it"),
        FileField("max", bound, "nothing may be above it"),
        FileField(
            "for",
            .duration(.zero ... .seconds(86_400)),
            "how long it must be within the bounds to hold, and outside to break"
        ),
        FileField("tokenFile", .text(.line), "a file with a bearer token, relative to this file"),
        FileField("tokenVariable", .text(.word), "a variable of the environment that holds it"),
    ]

    private static let replacement = [
        FileField("pattern", .text(.line), isRequired: true, "a regular expression"),
        FileField("with", .text(.line), isRequired: true, "what stands for whatever it matches"),
    ]
}
