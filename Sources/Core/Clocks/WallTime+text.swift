/// RFC 3339 in UTC, as Kubernetes writes its `Time` (seconds) and `MicroTime` (microseconds).
extension WallTime {
    /// `2026-11-21T09:05:00Z`.
    package var rfc3339: String { text(fraction: nil) }

    /// `2026-11-21T09:05:00.123456Z`.
    package var rfc3339Micro: String {
        let micros = Int((nanosecondsSinceEpoch - wholeSeconds * 1_000_000_000) / 1_000)
        return text(fraction: padded(micros, 6))
    }

    /// Nil when `text` is no RFC 3339 time.
    ///
    /// Offsets other than Z are understood.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74,
            bytes[13] == 0x3A, bytes[16] == 0x3A,
            let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]),
            let day = decimal(bytes[8..<10]), let hour = decimal(bytes[11..<13]),
            let minute = decimal(bytes[14..<16]), let second = decimal(bytes[17..<19]),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var index = 19
        var nanoseconds: Int64 = 0
        if bytes[index] == 0x2E {
            var unit: Int64 = 100_000_000
            index += 1
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
                nanoseconds += Int64(bytes[index] - 0x30) * unit
                unit /= 10
                index += 1
            }
        }
        guard index < bytes.count else { return nil }
        var offsetMinutes = 0
        if bytes[index] | 0x20 != 0x7A {
            guard bytes.count == index + 6, let hours = decimal(bytes[(index + 1)..<(index + 3)]),
                let minutes = decimal(bytes[(index + 4)..<(index + 6)])
            else { return nil }
            offsetMinutes = (hours * 60 + minutes) * (bytes[index] == 0x2D ? -1 : 1)
        } else if bytes.count != index + 1 {
            return nil
        }
        let days = Int64(daysSinceEpoch(year: year, month: month, day: day))
        let seconds = days * 86_400 + Int64(hour * 3_600 + (minute - offsetMinutes) * 60 + second)
        self.init(nanosecondsSinceEpoch: seconds * 1_000_000_000 + nanoseconds)
    }

    /// Nil when `text` is no date as HTTP's `Date` header has it, `Sat, 21 Nov 2026 09:05:00 GMT`.
    ///
    /// The two older forms that RFC 9110 wants understood are sent by no server of today.
    package init?(httpDate text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 6, words[5] == "GMT", words[1].utf8.count == 2,
            let month = WallTime.months.firstIndex(of: words[2])
        else { return nil }
        self.init(rfc3339: "\(words[3])-\(padded(month + 1, 2))-\(words[1])T\(words[4])Z")
    }

    /// `Sat, 21 Nov 2026 09:05:00 GMT`, as servers of HTTP date their answers.
    package var httpDate: String {
        // 1970 began on a Thursday.
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let number = (wholeSeconds >= 0 ? wholeSeconds : wholeSeconds - 86_399) / 86_400
        let parts = rfc3339.split { "-T:Z".contains($0) }.map(String.init)
        let month = WallTime.months[(Int(parts[1]) ?? 1) - 1]
        let day = days[Int(((number % 7) + 7) % 7)]
        return "\(day), \(parts[2]) \(month) \(parts[0]) \(parts[3...5].joined(separator: ":")) GMT"
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private var wholeSeconds: Int64 {
        (nanosecondsSinceEpoch - (nanosecondsSinceEpoch < 0 ? 999_999_999 : 0)) / 1_000_000_000
    }

    private func text(fraction: String?) -> String {
        let seconds = wholeSeconds
        let days = Int((seconds >= 0 ? seconds : seconds - 86_399) / 86_400)
        let secondOfDay = Int(seconds - Int64(days) * 86_400)
        let (year, month, day) = civilDate(daysSinceEpoch: days)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let time =
            "\(padded(secondOfDay / 3_600, 2)):\(padded(secondOfDay / 60 % 60, 2)):\(padded(secondOfDay % 60, 2))"
        return "\(date)T\(time)\(fraction.map { ".\($0)" } ?? "")Z"
    }
}

private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

private func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for byte in bytes {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
    }
    return value
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level
/// Date Algorithms").
private func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
}

private func civilDate(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
        (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}
