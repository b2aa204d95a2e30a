import MigrationModel
import YAMLDocuments

extension FileReader {
    /// When steps of the crossing may begin; nil when nothing is said.
    mutating func windows() -> ChangeWindows? {
        guard let node = spec?["windows"], node.members != nil else { return nil }
        let allow = dayWindows(node["allow"], at: "spec.windows.allow")
        let deny = dayWindows(node["deny"], at: "spec.windows.deny")
        if node["allow"]?.elements == nil, node["deny"]?.elements == nil {
            note(
                node,
                "spec.windows",
                "it names no window",
                "write allow or deny, such as deny: [{days: [fri]}], or leave it out"
            )
        }
        if let place = node["deny"], deny.contains(where: { $0.isAlways }) {
            note(
                place,
                "spec.windows.deny",
                "nothing could ever begin",
                "write days, or from and to, of what is denied"
            )
        }
        return ChangeWindows(zone: node["zone"]?.string ?? "", allow: allow, deny: deny)
    }

    private mutating func dayWindows(_ node: YAMLNode?, at path: String) -> [DayWindow] {
        (node?.elements ?? []).enumerated().map { index, element in
            let below = "\(path)[\(index)]"
            let days = names(at: "\(below).days", element["days"])
                .compactMap(Weekday.init(rawValue:)).sorted()
            let from = element["from"]?.string.flatMap(TextForm.minute(of:))
            let to = element["to"]?.string.flatMap(TextForm.minute(of:))
            let window = DayWindow(
                days: days.isEmpty ? Weekday.allCases : days,
                fromMinute: from ?? 0,
                toMinute: to ?? DayWindow.minutesOfDay
            )
            if window.fromMinute == window.toMinute, let place = element["to"] ?? element["from"] {
                note(
                    place,
                    "\(below).to",
                    "it ends when it begins",
                    "write another time, or leave both out for the whole day"
                )
            }
            return window
        }
    }
}

extension DayWindow {
    /// Whether there is no time outside it.
    fileprivate var isAlways: Bool {
        days == Weekday.allCases && fromMinute == 0 && toMinute == DayWindow.minutesOfDay
    }
}
