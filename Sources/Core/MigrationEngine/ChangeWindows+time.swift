import Clocks
import Foundation
import MigrationModel

extension ChangeWindows {
    /// Whether a step may begin at this time of day: a function of it and of the zone's rules alone.
    ///
    /// Where this machine does not know the zone, nothing may begin.
    package func isOpen(at time: WallTime) -> Bool {
        guard let zone = TimeZone(identifier: zone) else { return false }
        return isOpen(at: time.seconds, in: zone)
    }

    /// When a step may begin next, to the minute; now where one may now, and nil when none may in the next
    /// two weeks.
    package func opens(after time: WallTime) -> WallTime? {
        guard let zone = TimeZone(identifier: zone) else { return nil }
        if isOpen(at: time.seconds, in: zone) { return time }
        let minute = time.seconds / 60
        for next in (minute + 1)...(minute + 14 * DayWindow.minutesOfDay)
        where isOpen(at: next * 60, in: zone) {
            return WallTime(nanosecondsSinceEpoch: Int64(next) * 60_000_000_000)
        }
        return nil
    }

    private func isOpen(at seconds: Int, in zone: TimeZone) -> Bool {
        let date = Date(timeIntervalSince1970: TimeInterval(seconds))
        let shown = seconds + zone.secondsFromGMT(for: date)
        let day = shown >= 0 ? shown / 86_400 : (shown - 86_399) / 86_400
        // The first day of 1970 was a Thursday.
        let weekday = Weekday(number: day + 3)
        let minute = (shown - day * 86_400) / 60
        func holds(_ window: DayWindow) -> Bool { window.contains(weekday, minute: minute) }
        return (allow.isEmpty || allow.contains(where: holds)) && !deny.contains(where: holds)
    }
}

extension WallTime {
    /// Whole seconds since 1970.
    fileprivate var seconds: Int { Int(nanosecondsSinceEpoch / 1_000_000_000) }
}
