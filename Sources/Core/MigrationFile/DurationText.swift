import MigrationModel

/// Durations as people write them: `500ms`, `2s`, `1m30s`, `1h`.
enum DurationText {
    /// Nil for anything else; a number without a unit is nothing.
    static func duration(of text: String) -> Duration? {
        var rest = Substring(text)
        var total = Duration.zero
        var unitBefore = Int.max
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let count = Int(digits), digits.utf8.count <= 9 else { return nil }
            rest = rest.dropFirst(digits.count)
            guard let unit = units.first(where: { rest.hasPrefix($0.name) }) else { return nil }
            // `m` begins `ms` too; the longer one stands first in the list.
            guard unit.milliseconds < unitBefore else { return nil }
            unitBefore = unit.milliseconds
            rest = rest.dropFirst(unit.name.count)
            total += .milliseconds(count * unit.milliseconds)
        }
        return total
    }

    /// The shortest form that is read back as the same.
    static func text(of duration: Duration) -> String {
        var rest = duration.wholeMilliseconds
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in units.sorted(by: { $0.milliseconds > $1.milliseconds }) {
            if rest >= unit.milliseconds {
                text += "\(rest / unit.milliseconds)\(unit.name)"
                rest %= unit.milliseconds
            }
        }
        return text
    }

    private struct Unit {
        let name: String
        let milliseconds: Int
    }

    private static let units = [
        Unit(name: "ms", milliseconds: 1),
        Unit(name: "s", milliseconds: 1_000),
        Unit(name: "m", milliseconds: 60_000),
        Unit(name: "h", milliseconds: 3_600_000),
    ]
}
