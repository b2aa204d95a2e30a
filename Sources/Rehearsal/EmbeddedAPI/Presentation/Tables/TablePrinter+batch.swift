import Clocks
import JSONValues
import KubernetesObjects

extension TablePrinter {
    /// What runs to an end, and what says how much may run.
    static let batch: [ResourceName: TablePrinter] = [
        .jobs: TablePrinter(
            "Status|Completions|Duration|Age|Containers@1|Images@1|Selector@1"
        ) { object, ages in
            [
                .string(jobStatus(object)), .string(completions(object)),
                .string(jobDuration(object, ages)), ages.age(object),
            ] + CellText.containers(object.at("spec", "template"))
                + [.string(CellText.selector(object.at("spec", "selector")))]
        },
        .cronJobs: TablePrinter(
            "Schedule|Timezone|Suspend:boolean|Active:integer|Last Schedule|Age|Containers@1|"
                + "Images@1|Selector@1"
        ) { object, ages in
            let template = object.at("spec", "jobTemplate", "spec")
            let last = object.at("status", "lastScheduleTime")?.string
            return [
                CellText.or(object.at("spec", "schedule")?.string, ""),
                CellText.or(object.at("spec", "timeZone")?.string),
                object.at("spec", "suspend")?.bool.map(CellText.truth) ?? "<unset>",
                .int(object.at("status", "active")?.array?.count ?? 0),
                last.map { .string(ages.since($0)) } ?? CellText.none, ages.age(object),
            ] + CellText.containers(template?["template"])
                + [.string(CellText.selector(template?["selector"]))]
        },
        .horizontalPodAutoscalers: TablePrinter(
            "Reference|Targets|MinPods|MaxPods|Replicas|Age"
        ) { object, ages in
            let target = object.at("spec", "scaleTargetRef")
            return [
                .string("\(target?["kind"]?.string ?? "")/\(target?["name"]?.string ?? "")"),
                .string(MetricText.targets(of: object)),
                CellText.or(CellText.plain(object.at("spec", "minReplicas")), "<unset>"),
                CellText.count(object.at("spec", "maxReplicas")),
                CellText.count(object.at("status", "currentReplicas")), ages.age(object),
            ]
        },
        .podDisruptionBudgets: TablePrinter(
            "Min Available|Max Unavailable|Allowed Disruptions:integer|Age"
        ) { object, ages in
            [
                CellText.or(CellText.plain(object.at("spec", "minAvailable")), "N/A"),
                CellText.or(CellText.plain(object.at("spec", "maxUnavailable")), "N/A"),
                CellText.count(object.at("status", "disruptionsAllowed")), ages.age(object),
            ]
        },
    ]

    private static func jobStatus(_ job: JSON) -> String {
        let met = (job.at("status", "conditions")?.array ?? [])
            .filter { $0["status"]?.string == "True" }
            .compactMap { $0["type"]?.string }
        for end in ["Complete", "Failed"] where met.contains(end) { return end }
        if job.deletionTimestamp != nil { return "Terminating" }
        let words = ["Suspended", "FailureTarget", "SuccessCriteriaMet"]
        return words.first { met.contains($0) } ?? "Running"
    }

    private static func completions(_ job: JSON) -> String {
        let succeeded = job.at("status", "succeeded")?.int ?? 0
        if let wanted = job.at("spec", "completions")?.int { return "\(succeeded)/\(wanted)" }
        let parallelism = job.at("spec", "parallelism")?.int ?? 0
        return parallelism > 1 ? "\(succeeded)/1 of \(parallelism)" : "\(succeeded)/1"
    }

    private static func jobDuration(_ job: JSON, _ ages: Ages) -> String {
        guard let start = job.at("status", "startTime")?.string,
            let begin = WallTime(rfc3339: start)
        else { return "" }
        let end = job.at("status", "completionTime")?.string.flatMap(WallTime.init(rfc3339:))
        return HumanDuration.text(begin.duration(to: end ?? ages.now))
    }
}

/// What an autoscaler aims at and where it is, as its row says it.
enum MetricText {
    /// How many metrics are shown.
    private static let shownMax = 2

    static func targets(of object: JSON) -> String {
        var metrics = object.at("spec", "metrics")?.array ?? []
        if metrics.isEmpty, let share = object.at("spec", "targetCPUUtilizationPercentage") {
            metrics = [
                [
                    "type": "Resource",
                    "resource": ["name": "cpu", "target": ["averageUtilization": share]],
                ]
            ]
        }
        guard !metrics.isEmpty else { return "<none>" }
        let current = object.at("status", "currentMetrics")?.array ?? []
        let texts = metrics.enumerated().map { index, metric in
            text(metric, index < current.count ? current[index] : nil)
        }
        let shown = texts.prefix(shownMax).joined(separator: ", ")
        return texts.count > shownMax ? "\(shown) + \(texts.count - shownMax) more..." : shown
    }

    private static func text(_ metric: JSON, _ status: JSON?) -> String {
        let type = metric["type"]?.string ?? ""
        let member = type.prefix(1).lowercased() + type.dropFirst()
        guard let source = metric[member] else { return "<unknown type>" }
        let current = status?[member]?["current"]
        let target = source["target"]
        switch type {
        case "Resource", "ContainerResource":
            let name = source["name"]?.string ?? ""
            if let value = CellText.plain(target?["averageValue"]) {
                return "\(name): \(known(current?["averageValue"]))/\(value)"
            }
            let share = current?["averageUtilization"]?.int.map { "\($0)%" } ?? "<unknown>"
            let aim = target?["averageUtilization"]?.int.map { "\($0)%" } ?? "<auto>"
            return "\(name): \(share)/\(aim)"
        default:
            if let value = CellText.plain(target?["averageValue"]) {
                let suffix = type == "Pods" ? "" : " (avg)"
                return "\(known(current?["averageValue"]))/\(value)\(suffix)"
            }
            let value = CellText.plain(target?["value"]) ?? ""
            return "\(known(current?["value"]))/\(value)"
        }
    }

    private static func known(_ value: JSON?) -> String { CellText.plain(value) ?? "<unknown>" }
}
