import JSONValues
import MigrationModel
import Sealing
import Testing

/// What is no plan, or no longer the one that was written, is refused with the place.
@Suite struct BadPlanTests {
    /// Small, with a change, a weight and an await among its steps.
    private static let sound: Plan = {
        let orders = WorkloadID(kind: "Deployment", namespace: "shop", name: "orders")
        func step(_ id: String, _ operation: Operation) -> Step {
            Step(
                id: StepID(id),
                phase: .cross,
                lane: .workload(id: orders),
                after: [],
                operation: operation,
                timeoutMilliseconds: 60_000,
                summary: "Does \(id)",
                undoSummary: "Undoes \(id)"
            )
        }
        return Plan(
            name: "shop",
            source: PlannedSite(context: "old", identity: "uid-a", version: "v1.25.0"),
            target: PlannedSite(context: "new", identity: "uid-b", version: "v1.36.0"),
            workloadsInFlightMax: 10,
            steps: [
                step(
                    "orders/scale",
                    .change(
                        site: .target,
                        change: .scale(workload: orders, replicas: .exactly(count: 3))
                    )
                ),
                step("orders/weight", .setWeight(route: RouteID("orders.example"), weight: .all)),
                step("orders/settled", .await),
            ],
            findings: []
        )
    }()

    private func message(of bytes: [UInt8]) -> String {
        do {
            _ = try Plan.decode(bytes)
            return "it was read"
        } catch {
            return error.description
        }
    }

    @Test func `the sound plan is read`() throws {
        #expect(try Plan.decode(try Self.sound.encoded()) == Self.sound)
    }

    @Test(arguments: wholes + forms + values + changes)
    func `a spoiled plan is refused with its place and the remedy`(_ case: SpoiledPlan) throws {
        let bytes = try `case`.spoil(try Self.sound.encoded())
        #expect(
            message(of: bytes)
                == "the plan cannot be read: \(`case`.problem). Make it anew with `diolkos plan`."
        )
    }

    @Test func `no bit of a plan can be flipped unseen`() throws {
        let bytes = try Self.sound.encoded()
        for index in bytes.indices {
            var flipped = bytes
            flipped[index] ^= 1 << UInt8(index % 8)
            // Space that is another kind of space says the same.
            if let plan = try? Plan.decode(flipped) { #expect(plan == Self.sound, "at \(index)") }
        }
    }

    @Test func `no beginning of a plan is read as a plan`() throws {
        let bytes = try Self.sound.encoded()
        // All but the last line break.
        for count in 0..<(bytes.count - 1) {
            #expect(throws: PlanFormatError.self) { try Plan.decode(Array(bytes.prefix(count))) }
        }
    }

    /// What is not even of a plan's kind.
    private static let wholes: [SpoiledPlan] = [
        .whole("an empty file", "", "it is empty"),
        .whole(
            "nothing but line breaks",
            "\n\n",
            "the text ends where a value should be at line 3, column 1"
        ),
        .whole("a list", "[]", "it is a list, and a plan is an object"),
        .whole("null", "null", "it is null, and a plan is an object"),
        .whole(
            "a journal",
            "SQLite format 3\u{0}",
            "a value cannot begin here at line 1, column 1"
        ),
        .whole(
            "a migration file",
            "apiVersion: diolkos.dev/v1alpha1\nkind: Migration\n",
            "a value cannot begin here at line 1, column 1"
        ),
        .whole(
            "YAML that multiplies itself",
            "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
            "a value cannot begin here at line 1, column 1"
        ),
        .whole(
            "lists in lists without end",
            String(repeating: "[", count: 100_000),
            "nested deeper than 64 levels at line 1, column 65"
        ),
        SpoiledPlan("a huge file", "it is larger than 64 MiB, which no plan is") { _ in
            [UInt8](repeating: 0x20, count: Plan.bytesMax + 1)
        },
        SpoiledPlan("a plan cut off", "the text ends inside a string at line 2, column 15") {
            Array($0.prefix(16))
        },
        SpoiledPlan("two plans in one", "unexpected text behind the value at line 113, column 1") {
            $0 + $0
        },
    ]

    /// The number of the format, as a plan has it.
    private static let current = "\"formatVersion\": \(Plan.formatVersionCurrent)"

    /// What is JSON, and not of the form of a plan.
    private static let forms: [SpoiledPlan] = [
        .whole("an empty object", "{}", "it has no number \"formatVersion\""),
        .text(
            "a newer format",
            current,
            "\"formatVersion\": \(Plan.formatVersionCurrent + 1)",
            "it is of format \(Plan.formatVersionCurrent + 1), this program reads "
                + "\(Plan.formatVersionCurrent)"
        ),
        .text(
            "an older format",
            current,
            "\"formatVersion\": 1",
            "it is of format 1, this program reads \(Plan.formatVersionCurrent)"
        ),
        .text(
            "a format in words",
            current,
            "\"formatVersion\": \"6\"",
            "it has no number \"formatVersion\""
        ),
        .text(
            "a member that stands twice",
            current,
            "\(current), \(current)",
            "the key \"formatVersion\" stands twice in one object at line 4, column 24"
        ),
        .text("no digest", "\"digest\"", "\"digezt\"", "it has no text \"digest\""),
        .text("no steps", "\"steps\"", "\"stepz\"", "at the top: \"steps\" is missing"),
        .text(
            "a member that no plan has",
            "\"name\": \"shop\",",
            "\"name\": \"shop\", \"owner\": \"me\",",
            "at owner: no plan has this there"
        ),
        .text(
            "a member of a step that no step has",
            "\"phase\": \"cross\",",
            "\"phase\": \"cross\", \"force\": true,",
            "at steps[0].force: no plan has this there"
        ),
    ]

    /// What has the wrong kind of value.
    private static let values: [SpoiledPlan] = [
        .text(
            "a number for a name",
            "\"name\": \"shop\",",
            "\"name\": 7,",
            "at name: it should be a text"
        ),
        .text(
            "steps that are none",
            "\"steps\": [",
            "\"steps\": 3, \"more\": [",
            "at steps: it should be a list"
        ),
        .text(
            "a time that is no whole number",
            "\"timeoutMilliseconds\": 60000",
            "\"timeoutMilliseconds\": 60000.5",
            "a number that is not whole stands at steps[0].timeoutMilliseconds, and none may there"
        ),
        .text(
            "a time in words",
            "\"timeoutMilliseconds\": 60000",
            "\"timeoutMilliseconds\": \"1m\"",
            "at steps[0].timeoutMilliseconds: it should be a whole number"
        ),
        .text(
            "a phase that there is none of",
            "\"phase\": \"cross\"",
            "\"phase\": \"leap\"",
            "at steps[0].phase: Cannot initialize Phase from invalid String value leap"
        ),
        .text(
            "a step of an unknown kind",
            "\"change\": {\n          \"change\"",
            "\"explode\": {\n          \"change\"",
            "at steps[0].operation: it is no Operation that this program knows"
        ),
        .text(
            "a change of an unknown kind",
            "\"scale\"",
            "\"explode\"",
            "at steps[0].operation.change.change: it is no SiteChange that this program knows"
        ),
        .text(
            "a weight above all",
            "\"weight\": 100",
            "\"weight\": 101",
            "at steps[1].operation.setWeight.weight: a weight is a whole number from 0 to 100"
        ),
    ]

    /// What would be a plan, and is not the one that was written.
    private static let changes: [SpoiledPlan] = [
        edited("a step with other replicas", "\"count\": 3", "\"count\": 4"),
        edited("a site with another identity", "uid-b", "uid-c"),
        edited("a gate that is left out", "\"isUndoable\": true", "\"isUndoable\": false"),
        SpoiledPlan(
            "an edited digest",
            "its digest says 000000000000 and its content gives \(digest(of: sound)): \(edit)"
        ) { bytes in
            var plan = try JSON.parse(bytes)
            plan["digest"] = .string(String(repeating: "0", count: 64))
            return plan.encoded()
        },
        SpoiledPlan(
            "the digest of another plan",
            "its digest says \(digest(of: other)) and its content gives \(digest(of: sound)): "
                + edit
        ) { bytes in
            var plan = try JSON.parse(bytes)
            plan["digest"] = .string(try other.digest().hex)
            return plan.encoded()
        },
    ]

    private static let edit =
        "it was changed after it was written, and a plan is reviewed, not edited"

    private static let other: Plan = {
        var plan = sound
        plan.name = "pay"
        return plan
    }()

    /// Everywhere the text stands, as somebody with an editor would.
    private static func edited(
        _ description: String,
        _ piece: String,
        _ replacement: String
    ) -> SpoiledPlan {
        let text = String(decoding: bytes(of: sound), as: UTF8.self)
        let changed = text.replacing(piece, with: replacement)
        let content = changed.replacing(digestMember(of: sound), with: "")
        let found = Digest(of: compact(content)).hex.prefix(12)
        return SpoiledPlan(
            description,
            "its digest says \(digest(of: sound)) and its content gives \(found): \(edit)"
        ) { _ in Array(changed.utf8) }
    }

    private static func digestMember(of plan: Plan) -> String {
        do {
            return "  \"digest\": \"\(try plan.digest().hex)\",\n"
        } catch {
            return "no digest: \(error)"
        }
    }

    private static func compact(_ text: String) -> [UInt8] {
        do {
            return try JSON.parse(text).encoded()
        } catch {
            return []
        }
    }

    private static func bytes(of plan: Plan) -> [UInt8] {
        do {
            return try plan.encoded()
        } catch {
            return []
        }
    }

    private static func digest(of plan: Plan) -> String {
        do {
            return String(try plan.digest().hex.prefix(12))
        } catch {
            return "no digest: \(error)"
        }
    }
}
