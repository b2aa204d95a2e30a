import MigrationModel

extension FileShape {
    /// `spec.traffic.kubernetes`.
    static let kubernetesTraffic = FileShape.mapping([
        FileField(
            "site",
            .choice(SiteRole.allCases.map(\.rawValue)),
            "whose API server has the objects; the source where it is not written"
        ),
        FileField(
            "kind",
            .choice(FileReader.routeKinds),
            "what the objects are; HTTPRoute where it is not written"
        ),
        FileField("values", .mapping(values), "for the kind Values: any object with two weights"),
        FileField(
            "owners",
            .choice(["handled"]),
            "`handled` where whoever else writes the weights is kept from it until the end"
        ),
        FileField(
            "evidence",
            .mapping(evidence),
            isRequired: true,
            "how it is known what is served: by requests of ours"
        ),
    ])

    /// What a route says of its object, beside its name.
    static let kubernetesRoute = [
        FileField("sourceBackend", .text(.backendName), "its backend that leads to the source"),
        FileField("targetBackend", .text(.backendName), "its backend that leads to the target"),
        FileField(
            "sourcePointer",
            .text(.pointer),
            "where the source's weight stands in the object"
        ),
        FileField(
            "targetPointer",
            .text(.pointer),
            "where the target's weight stands in the object"
        ),
    ]

    private static let values = [
        FileField(
            "apiVersion",
            .text(.line),
            isRequired: true,
            "the group and version of the objects"
        ),
        FileField("kind", .text(.kind), isRequired: true, "the kind of the objects"),
        FileField(
            "scale",
            .whole(2...1_000_000),
            "what both weights sum up to; 100 unless written"
        ),
    ]

    private static let evidence = [
        FileField("front", .text(.url), isRequired: true, "where users' requests arrive"),
        FileField("header", .text(.word), "the header of an answer that names its site"),
        FileField("source", .text(.line), "the header's value in answers of the source"),
        FileField("target", .text(.line), "the header's value in answers of the target"),
        FileField(
            "drain",
            .duration(.zero ... .seconds(86_400)),
            "how long a site that is left gets to end what it has under way"
        ),
    ]
}
