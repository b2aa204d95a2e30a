import MigrationModel

extension FileShape {
    /// What `spec.stores` may say.
    static let stores = FileShape.list(
        of: .mapping([
            FileField("name", .text(.label), isRequired: true, "what people call it"),
            FileField(
                "workload",
                .text(.qualifiedName),
                isRequired: true,
                "the workload whose pods keep it, at both sites"
            ),
            FileField(
                "kind",
                .choice(WorkloadID.kinds.map(\.kind)),
                "the workload's kind, where another one has the same name"
            ),
            FileField(
                "program",
                .list(of: .text(.line), count: 1...100),
                isRequired: true,
                "a program of this machine that looks at its copies and moves its writer; relative to "
                    + "this file, called with a verb and a site"
            ),
            FileField(
                "behindMax",
                .whole(0...Int(Int32.max)),
                "how many positions the target may lie behind before writes stand still; 0 where it "
                    + "is not written"
            ),
            FileField(
                "timeout",
                .duration(.seconds(1) ... .seconds(600)),
                "how long one call of the program may take; 30s where it is not written"
            ),
            FileField(
                "join",
                .duration(.seconds(1) ... .seconds(7 * 86_400)),
                "how long the target may take to get everything; 1h where it is not written"
            ),
            FileField(
                "pause",
                .duration(.seconds(1) ... .seconds(3_600)),
                "how long writes may stand still until the target has the last one, before the source "
                    + "accepts them again; 60s where it is not written"
            ),
            FileField("approval", .flag, "whether a person approves the moment of the change"),
        ]),
        count: 1...1_000
    )
}
