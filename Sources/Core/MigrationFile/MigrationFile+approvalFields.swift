import MigrationModel

/// `spec.windows` and `spec.approvals`: when the crossing goes on, and who has to say so.
extension FileShape {
    static let windows = FileShape.mapping([
        FileField("zone", .text(.timeZone), isRequired: true, "whose clocks count"),
        FileField("allow", dayWindows, "when steps may begin; at any time where it is not written"),
        FileField("deny", dayWindows, "when none may begin, whatever allow says"),
    ])

    private static let dayWindows = FileShape.list(
        of: .mapping([
            FileField(
                "days",
                .list(of: .choice(Weekday.allCases.map(\.rawValue)), count: 1...7),
                "on which days it begins; every day where it is not written"
            ),
            FileField("from", .text(.clockTime), "when it begins, by the clock on the wall"),
            FileField("to", .text(.clockTime), "when it ends; on the next day if not after from"),
        ]),
        count: 1...100
    )

    static let approvals = FileShape.mapping([
        FileField(
            "waves",
            .list(of: .whole(1...1_000), count: 1...1_000),
            "waves that begin when somebody has approved them"
        ),
        FileField(
            "workloads",
            .list(of: .text(.qualifiedName), count: 1...5_000),
            "workloads that begin to cross when somebody has approved it"
        ),
        FileField("fullShare", .flag, "whether all of a route's requests wait for an approval"),
        FileField("irreversible", .flag, "whether what cannot be undone waits for an approval"),
        FileField(
            "room",
            .flag,
            "whether what the target's nodes have no room for waits for an approval; it does unless false"
        ),
    ])
}
