import Clocks
import JSONValues
import KubernetesObjects

extension TablePrinter {
    /// What others read, and what happened.
    static let configuration: [ResourceName: TablePrinter] = [
        .configMaps: TablePrinter("Data|Age") { object, ages in
            let count = ["data", "binaryData"].reduce(0) { $0 + (object[$1]?.object?.count ?? 0) }
            return [.int(count), ages.age(object)]
        },
        .secrets: TablePrinter("Type|Data|Age") { object, ages in
            [
                CellText.or(object["type"]?.string, ""), .int(object["data"]?.object?.count ?? 0),
                ages.age(object),
            ]
        },
        .resourceQuotas: TablePrinter("Request|Limit|Age") { object, ages in
            let hard = object.at("status", "hard")?.object ?? [:]
            let texts = hard.map { name, limit in
                let used = CellText.plain(object.at("status", "used", name)) ?? "0"
                return (name, "\(name): \(used)/\(CellText.plain(limit) ?? "0")")
            }
            return [false, true].map { isLimit in
                .string(
                    texts.filter { $0.0.hasPrefix("limits.") == isLimit }.map(\.1)
                        .joined(separator: ", ")
                )
            } + [ages.age(object)]
        },
        .events: events,
        EventConversion.resource: TablePrinter(columns: events.columns) { event, ages in
            events.row(of: EventConversion.core(fromEvent: event), ages)
        },
    ]

    private static var events: TablePrinter {
        let columns = [
            "Last Seen", "Type", "Reason", "Object", "Subobject@1", "Source@1", "Message",
            "First Seen@1", "Count@1", "Name:string/name@1",
        ]
        return TablePrinter(columns: columns.map { TableColumn(short: $0[...]) }) { event, ages in
            let (first, last, count) = times(of: event, ages)
            let object = event["involvedObject"]
            let kind = object?.kind?.lowercased() ?? ""
            let name = object?["name"]?.string ?? ""
            let component = CellText.or(
                event.at("source", "component")?.string,
                event["reportingComponent"]?.string ?? ""
            )
            let instance = CellText.or(
                event.at("source", "host")?.string,
                event["reportingInstance"]?.string ?? ""
            )
            let source = [component, instance].compactMap(\.string)
            return [
                .string(last), CellText.or(event["type"]?.string, ""),
                CellText.or(event["reason"]?.string, ""),
                .string(name.isEmpty ? kind : "\(kind)/\(name)"),
                CellText.or(object?["fieldPath"]?.string, ""),
                .string(source[1].isEmpty ? source[0] : source.joined(separator: ", ")),
                .string(trimmed(event["message"]?.string ?? "")), .string(first), .int(count),
                .string(event.name ?? ""),
            ]
        }
    }

    /// When an event was first and last seen, and how often.
    private static func times(
        of event: JSON,
        _ ages: Ages
    ) -> (first: String, last: String, count: Int) {
        let firstTime = event["firstTimestamp"]?.string ?? event["eventTime"]?.string
        let first = ages.since(firstTime)
        if let series = event["series"], series.object != nil {
            let last = ages.since(series["lastObservedTime"]?.string)
            return (first, last, series["count"]?.int ?? 0)
        }
        let last = event["lastTimestamp"]?.string.map(ages.since) ?? first
        let count = event["count"]?.int ?? 0
        return (first, last, count == 0 ? 1 : count)
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace = { (character: Character) in character.isWhitespace }
        let rest = text.drop(while: isSpace)
        return String(rest.reversed().drop(while: isSpace).reversed())
    }
}
