/// When steps of a crossing may begin, by the clocks of one place.
///
/// Only beginnings are held: what is under way ends, and no way back is ever held.
package struct ChangeWindows: Sendable, Hashable, Codable {
    /// The place, as the IANA's data base has it: `Europe/Athens`.
    package var zone: String
    /// When steps may begin; at any time where there is none.
    package var allow: [DayWindow]
    /// When none may, whatever else is said.
    package var deny: [DayWindow]

    /// Takes a zone that is known, and at least one window.
    package init(zone: String, allow: [DayWindow] = [], deny: [DayWindow] = []) {
        self.zone = zone
        self.allow = allow
        self.deny = deny
    }
}

/// A part of some days of each week, as the clock on the wall shows it.
///
/// Where the clock is put forward over it, it is shorter or does not come; where the clock is put back,
/// it is longer.
package struct DayWindow: Sendable, Hashable, Codable {
    /// On which days it begins; sorted, and at least one.
    package var days: [Weekday]
    /// Minutes after midnight, as the clock shows them.
    package var fromMinute: Int
    /// The first minute after it, up to 1440; when it is not after `fromMinute`, it is one of the next
    /// day.
    package var toMinute: Int

    /// A whole day is from 0 to 1440.
    package init(
        days: [Weekday] = Weekday.allCases,
        fromMinute: Int = 0,
        toMinute: Int = DayWindow.minutesOfDay
    ) {
        self.days = days
        self.fromMinute = fromMinute
        self.toMinute = toMinute
    }

    /// What the clock on the wall goes through in a day.
    package static let minutesOfDay = 1_440

    /// Whether it goes on into the day after.
    package var endsNextDay: Bool { toMinute <= fromMinute }

    /// Whether a clock that shows this is within it.
    package func contains(_ day: Weekday, minute: Int) -> Bool {
        if !endsNextDay {
            return days.contains(day) && (fromMinute..<toMinute).contains(minute)
        }
        return (days.contains(day) && minute >= fromMinute)
            || (days.contains(day.before) && minute < toMinute)
    }
}

/// A day of the week.
package enum Weekday: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case mon, tue, wed, thu, fri, sat, sun

    /// The day before; of Monday it is Sunday.
    package var before: Weekday { Weekday(number: number + 6) }

    /// Monday is 0, and so is every seventh after it.
    package init(number: Int) {
        let all = Weekday.allCases
        self = all[(number % all.count + all.count) % all.count]
    }

    private var number: Int { Weekday.allCases.firstIndex(of: self) ?? 0 }

    /// From Monday on.
    package static func < (left: Weekday, right: Weekday) -> Bool { left.number < right.number }
}

extension ChangeWindows: CustomStringConvertible {
    /// `only mon-thu 09:00-16:00, never fri (Europe/Athens)`.
    package var description: String {
        var parts: [String] = []
        if !allow.isEmpty {
            parts.append("only " + allow.map(\.description).joined(separator: " and "))
        }
        if !deny.isEmpty {
            parts.append("never " + deny.map(\.description).joined(separator: " and "))
        }
        return "\(parts.joined(separator: ", ")) (\(zone))"
    }
}

extension DayWindow: CustomStringConvertible {
    /// `fri`, `mon tue 22:00-06:00`.
    package var description: String {
        let names =
            days == Weekday.allCases ? "every day" : days.map(\.rawValue).joined(separator: " ")
        if fromMinute == 0, toMinute == DayWindow.minutesOfDay { return names }
        return "\(names) \(DayWindow.clock(fromMinute))-\(DayWindow.clock(toMinute))"
    }

    private static func clock(_ minute: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }
}
