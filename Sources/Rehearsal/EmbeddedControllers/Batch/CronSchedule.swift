import Clocks

/// When a CronJob is due: the five fields of `cron`, in UTC.
///
/// Understands lists, ranges, steps, the names of months and days, `?`, and `@hourly` and its like.
struct CronSchedule: Sendable, Equatable {
    private let minutes: Set<Int>
    private let hours: Set<Int>
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    /// Where both fields of days are given, one of them is enough.
    private let daysAreFree: Bool
    private let weekdaysAreFree: Bool

    private static let macros = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *",
        "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
        "@hourly": "0 * * * *",
    ]
    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// Nil when `text` is no schedule.
    init?(_ text: String) {
        let expression = Self.macros[text.lowercased()] ?? text
        let fields = expression.split(whereSeparator: \.isWhitespace).map {
            String($0).lowercased()
        }
        guard fields.count == 5,
            let minutes = Self.values(fields[0], 0...59),
            let hours = Self.values(fields[1], 0...23),
            let days = Self.values(fields[2], 1...31),
            let months = Self.values(fields[3], 1...12, names: Self.monthNames, firstName: 1),
            let weekdays = Self.values(fields[4], 0...7, names: Self.dayNames, firstName: 0)
        else { return nil }
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.weekdays = Set(weekdays.map { $0 % 7 })
        daysAreFree = fields[2].hasPrefix("*") || fields[2].hasPrefix("?")
        weekdaysAreFree = fields[4].hasPrefix("*") || fields[4].hasPrefix("?")
    }

    /// The first time after `time` that fits; nil when none does within five years.
    func next(after time: WallTime) -> WallTime? {
        let minute = time.nanosecondsSinceEpoch / 60_000_000_000 + 1
        var day = Int(minute / 1_440)
        var first = Int(minute % 1_440)
        for _ in 0..<(5 * 366) {
            if fits(day: day), let found = minuteOfDay(from: first) {
                let minutes = Int64(day) * 1_440 + Int64(found)
                return WallTime(nanosecondsSinceEpoch: minutes * 60_000_000_000)
            }
            day += 1
            first = 0
        }
        return nil
    }

    private func minuteOfDay(from first: Int) -> Int? {
        for hour in (first / 60)..<24 where hours.contains(hour) {
            let from = hour == first / 60 ? first % 60 : 0
            if let minute = (from..<60).first(where: minutes.contains) { return hour * 60 + minute }
        }
        return nil
    }

    private func fits(day: Int) -> Bool {
        let midnight = WallTime(nanosecondsSinceEpoch: Int64(day) * 86_400_000_000_000)
        let parts = midnight.rfc3339.prefix(10).split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, months.contains(parts[1]) else { return false }
        let fitsDay = days.contains(parts[2])
        // 1970-01-01 was a Thursday.
        let fitsWeekday = weekdays.contains((day + 4) % 7)
        if daysAreFree || weekdaysAreFree { return fitsDay && fitsWeekday }
        return fitsDay || fitsWeekday
    }

    private static func values(
        _ field: String,
        _ range: ClosedRange<Int>,
        names: [String] = [],
        firstName: Int = 0
    ) -> Set<Int>? {
        func number(_ text: Substring) -> Int? {
            if let index = names.firstIndex(of: String(text)) { return index + firstName }
            guard text.allSatisfy(\.isNumber), let value = Int(text), range.contains(value) else {
                return nil
            }
            return value
        }
        var values: Set<Int> = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard pieces.count <= 2, let base = pieces.first, !base.isEmpty else { return nil }
            let step = pieces.count == 2 ? Int(pieces[1]) : 1
            guard let step, step > 0 else { return nil }
            let bounds = base.split(separator: "-", omittingEmptySubsequences: false)
            let low: Int?
            let high: Int?
            if base == "*" || base == "?" {
                (low, high) = (range.lowerBound, range.upperBound)
            } else if bounds.count == 2 {
                (low, high) = (number(bounds[0]), number(bounds[1]))
            } else {
                low = bounds.count == 1 ? number(bounds[0]) : nil
                high = pieces.count == 2 ? range.upperBound : low
            }
            guard let low, let high, low <= high else { return nil }
            values.formUnion(stride(from: low, through: high, by: step))
        }
        return values
    }
}
