import JSONValues
import KubernetesAssessment
import MigrationModel
import Simulation

extension RehearsalReport {
    /// For machines: docs/rehearse.md says what each member is.
    package var json: JSON {
        [
            "apiVersion": "diolkos.dev/v1alpha1", "kind": "Rehearsal",
            "migration": .string(migration), "source": .string(source), "target": .string(target),
            "isSafe": .bool(isSafe),
            "plan": [
                "steps": .int(plan.steps.count), "lanes": .int(lanes.count),
                "workloads": .int(waves.reduce(0) { $0 + $1.workloads.count }),
            ],
            "calm": [
                "crossingMilliseconds": RehearsalReport.milliseconds(crossedAt),
                "finishMilliseconds": RehearsalReport.milliseconds(finishTook),
                "problem": calmProblem.map(JSON.string) ?? .null,
            ],
            "underFaults": underFaults,
            "waves": .array(waves.map(\.json)),
            "timeline": .array(lanes.map(\.json)),
            "stores": .array(stores.map(\.json)),
            "room": room.map { ["allocatable": $0.allocatable.json, "taken": $0.taken.json] }
                ?? .null,
            "losses": .array(losses.map(\.json)),
            "broken": .array(broken.map(\.json)),
            "irreversible": .array(
                irreversible.map {
                    ["step": .string($0.id.text), "summary": .string($0.summary)]
                }
            ),
            "approvals": .array(
                approvals.map {
                    [
                        "atMilliseconds": RehearsalReport.milliseconds($0.at),
                        "what": .string($0.what),
                    ]
                }
            ),
            "findings": .array(findings.map(\.json)),
        ]
    }

    private var underFaults: JSON {
        [
            "schedules": .int(settings.schedules), "seed": .string("\(settings.seed)"),
            "faults": .array(settings.faults.map(\.rawValue).sorted().map(JSON.string)),
            "migrated": .int(migrated), "asItWasBefore": .int(asItWasBefore),
            "waiting": .int(waiting), "endless": .int(endless),
            "crossingMedianMilliseconds": RehearsalReport.milliseconds(crossingMedian),
            "crossingNinthMilliseconds": RehearsalReport.milliseconds(crossingNinth),
            "crossingMaxMilliseconds": RehearsalReport.milliseconds(crossings.last),
        ]
    }

    /// Null where it never came to that.
    fileprivate static func milliseconds(_ duration: Duration?) -> JSON {
        duration.map { .int($0.wholeMilliseconds) } ?? .null
    }
}

extension RehearsalReport.Wave {
    fileprivate var json: JSON {
        [
            "wave": .int(number),
            "workloads": .array(workloads.map { .string("\($0)") }),
            "routes": .array(routes.map { .string($0.text) }),
            "beginMilliseconds": RehearsalReport.milliseconds(begin),
            "endMilliseconds": RehearsalReport.milliseconds(end),
            "callsAcross": ["most": .int(callsAcrossMost), "after": .int(callsAcrossAfter)],
            "requests": requests.json, "cumulative": cumulative.json,
            "exceeded": .array(exceeded.map(JSON.string)),
            "wayBackMilliseconds": RehearsalReport.milliseconds(wayBack),
        ]
    }
}

extension RehearsalReport.StorePause {
    fileprivate var json: JSON {
        [
            "store": .string(store), "workload": .string("\(workload)"),
            "pauseBeginMilliseconds": .int(begin.wholeMilliseconds),
            "pauseEndMilliseconds": .int(end.wholeMilliseconds),
        ]
    }
}

extension RehearsalReport.Lane {
    fileprivate var json: JSON {
        [
            "workload": .string(name), "wave": .int(wave),
            "beginMilliseconds": .int(begin.wholeMilliseconds),
            "endMilliseconds": .int(end.wholeMilliseconds),
            "shares": .array(
                shares.map {
                    [
                        "route": .string($0.route.text), "percent": .int($0.percent),
                        "atMilliseconds": .int($0.at.wholeMilliseconds),
                    ]
                }
            ),
        ]
    }
}

extension RehearsalReport.Trouble {
    fileprivate var json: JSON {
        [
            "what": .string(what), "isCalm": .bool(isCalm), "runs": .int(runs),
            // A seed may be larger than what every reader of JSON takes for a number.
            "seeds": .array(seeds.map { .string("\($0)") }),
            "atMilliseconds": RehearsalReport.milliseconds(at),
            "command": .string(command),
        ]
    }
}
