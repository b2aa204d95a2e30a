import JSONValues
import Testing

/// The members of `status -o json` and their types, as `docs/status.md` has them.
enum StatusSchema {
    private static let states: Set<String> = [
        "not begun", "crossing", "paused", "waiting for you", "crossed", "going back", "finishing",
        "migrated", "as it was before",
    ]

    /// `isExplained` where `--explain` was given.
    static func check(_ status: JSON, isExplained: Bool = false) throws {
        if isExplained { try checkExplanation(try #require(status["explanation"])) }
        expectMembers(
            of: status,
            [
                "apiVersion"
            ] + (isExplained ? ["explanation"] : []) + [
                "kind", "lastRecord", "link", "migration", "planDigest", "routes", "run",
                "state", "steps", "waitsFor", "workloads",
            ]
        )
        #expect(status["apiVersion"] == "diolkos.dev/v1alpha1")
        #expect(status["kind"] == "RunStatus")
        #expect(status["migration"]?.string != nil)
        #expect(states.contains(try #require(status["state"]?.string)), "\(status.text())")
        for member in ["run", "planDigest", "waitsFor"] {
            #expect(isTextOrNull(status[member]), "\(member)")
        }
        let steps = try #require(status["steps"])
        expectMembers(of: steps, ["done", "failed", "total", "underWay"])
        for count in steps.object ?? [:] { #expect(count.value.int != nil, "\(count.key)") }
        for workload in try #require(status["workloads"]?.array) { checkWorkload(workload) }
        for route in try #require(status["routes"]?.array) { try checkRoute(route) }
        for link in try #require(status["link"]?.array) {
            #expect(["source", "target"].contains(link["from"]?.string))
            #expect(link["step"]?.string != nil)
            #expect(
                (link["reached"]?.int ?? 0) > 0 || link["notMeasured"]?.string != nil
                    || link["clockLeadMilliseconds"]?.int != nil || link["told"]?.array != nil
            )
            #expect(link["measuredAt"]?.string?.hasSuffix("Z") == true)
        }
        guard let last = status["lastRecord"], !last.isNull else { return }
        expectMembers(of: last, ["sequence", "writtenAt"])
        #expect(last["sequence"]?.int != nil)
        #expect(last["writtenAt"]?.string?.hasSuffix("Z") == true)
    }

    private static func checkExplanation(_ explanation: JSON) throws {
        expectMembers(of: explanation, ["canDo", "driver", "holder", "refusal", "waits"])
        for member in ["driver", "holder", "refusal"] {
            #expect(isTextOrNull(explanation[member]), "\(member)")
        }
        for wait in try #require(explanation["waits"]?.array) {
            expectMembers(of: wait, ["for", "saw", "since", "step"])
            #expect(wait["for"]?.string != nil)
            #expect(isTextOrNull(wait["since"]))
            #expect(isTextOrNull(wait["step"]))
            #expect(wait["saw"]?.array?.allSatisfy { $0.string != nil } == true)
        }
        for remedy in try #require(explanation["canDo"]?.array) {
            expectMembers(of: remedy, ["command", "effect"])
            #expect(remedy["command"]?.string?.hasPrefix("diolkos ") == true)
            #expect(remedy["effect"]?.string != nil)
        }
    }

    private static func checkWorkload(_ workload: JSON) {
        expectMembers(of: workload, ["done", "failure", "total", "workload"])
        #expect(workload["workload"]?.string != nil)
        #expect(workload["done"]?.int != nil)
        #expect(workload["total"]?.int != nil)
        #expect(isTextOrNull(workload["failure"]))
    }

    private static func checkRoute(_ route: JSON) throws {
        expectMembers(of: route, ["basis", "observedShare", "route"])
        #expect(route["route"]?.string != nil)
        let share = try #require(route["observedShare"])
        #expect(share.isNull || (0...100).contains(share.int ?? -1))
        #expect(["counted", "probed", "configuredOnly"].contains(route["basis"]?.string))
    }

    private static func expectMembers(of object: JSON, _ members: [String]) {
        #expect(object.object?.keys == members)
    }

    private static func isTextOrNull(_ value: JSON?) -> Bool {
        value?.string != nil || value?.isNull == true
    }
}
