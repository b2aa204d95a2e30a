import MigrationModel

/// Durations for people.
enum DurationWords {
    /// `4 min 12 s`, `3 h 5 min`, `1.2 s`.
    static func text(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        let seconds = (milliseconds + 500) / 1_000
        if seconds < 10 { return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s" }
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
    }

    /// Seconds with milliseconds, `   12.345 s`: for what is read line by line.
    static func exact(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        let rest = String(milliseconds % 1_000)
        let digits = String(repeating: "0", count: max(0, 3 - rest.count)) + rest
        let whole = String(milliseconds / 1_000)
        return String(repeating: " ", count: max(0, 6 - whole.count)) + "\(whole).\(digits) s"
    }
}
