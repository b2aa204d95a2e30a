import MigrationModel

/// `spec.bridges`.
extension FileShape {
    static let bridges = FileShape.mapping([
        FileField("image", .text(.line), "the image of the short Jobs that try each bridge"),
        FileField(
            "stated",
            .text(.line),
            "who tried them by other means, when and how; no Job runs"
        ),
        FileField(
            "mode",
            .choice(BridgeRule.Mode.allCases.map(\.rawValue)),
            "what they lead to at the other site"
        ),
        FileField("annotations", .labels, "annotations of the load balancers that they lead to"),
        FileField(
            "entries",
            .mapping([
                FileField("source", .text(.url), "the URL of the source's"),
                FileField("target", .text(.url), "the URL of the target's"),
            ]),
            "where pods of the other site reach each site's entry"
        ),
        FileField(
            "ingressClass",
            .text(.subdomain),
            "the class of the Ingresses that they lead to"
        ),
        FileField(
            "connectionsMax",
            .duration(.zero ... .seconds(86_400)),
            "how long callers may go on using a connection to an entry once their name leads elsewhere"
        ),
        FileField(
            "keeper",
            .mapping(keeper),
            "what follows the pods or nodes that bridges lead to"
        ),
        FileField(
            "policies",
            .choice(BridgeRule.Policies.allCases.map(\.rawValue)),
            "what becomes of network policies in their way"
        ),
        FileField(
            "link",
            .choice(BridgeRule.LinkTrial.allCases.map(\.rawValue)),
            "when the way from the source to the target is tried"
        ),
        FileField(
            "transfer",
            .choice(BridgeRule.Transfer.allCases.map(\.rawValue)),
            "whether bytes are sent over the link before anything moves"
        ),
        FileField(
            "trust",
            .choice(BridgeRule.Trust.allCases.map(\.rawValue)),
            "what becomes of clocks that go wrong and certificates that end while it lasts"
        ),
        FileField(
            "throughputMin",
            .whole(1...1_000_000_000_000),
            "what one connection over the link has to carry, in bytes a second"
        ),
    ])

    private static let keeper = [
        FileField("image", .text(.line), isRequired: true, "its image, with sh, awk and kubectl"),
        FileField(
            "apis",
            .mapping([
                FileField("source", .text(.url), isRequired: true, "the URL of the source's"),
                FileField("target", .text(.url), isRequired: true, "the URL of the target's"),
            ]),
            isRequired: true,
            "where pods of the other site reach each site's API server"
        ),
    ]
}
