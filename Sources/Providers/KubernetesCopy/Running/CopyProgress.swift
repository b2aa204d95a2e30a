import Clocks

/// How far a number of objects is, how fast it goes, and how long it will take: pure.
///
/// The rate is that of the last moments, so that a slow server shows at once.
package struct CopyProgress: Sendable {
    /// How far back the rate looks.
    private static let window = Duration.seconds(10)

    private let total: Int
    private var done = 0
    private var failed = 0
    private var wait: String?
    /// When how many were done, over the window.
    private var marks: [(time: Duration, done: Int)]

    /// `time` is an uptime, as are all others that it is told.
    package init(total: Int, at time: Duration) {
        self.total = total
        marks = [(time, 0)]
    }

    /// One more is done with; `hasFailed` says that it was given up.
    package mutating func settled(hasFailed: Bool = false) {
        done += 1
        if hasFailed { failed += 1 }
    }

    /// Nothing can be done until this holds, in words that follow "waits for"; nil when something can.
    package mutating func waits(for wait: String?) { self.wait = wait }

    /// `1200 of 5000 objects (24 %), 410 a second, 9 s left`, or what is waited for in place of a rate.
    package mutating func line(at time: Duration) -> String {
        marks.append((time, done))
        while marks.count > 2, time - marks[1].time >= CopyProgress.window {
            marks.removeFirst()
        }
        let share = total == 0 ? 100 : done * 100 / total
        var parts = ["\(done) of \(total) objects (\(share) %)"]
        if let wait { return (parts + failures + ["waits for \(wait)"]).joined(separator: ", ") }
        let elapsed = (time - marks[0].time).inSeconds
        let rate = elapsed > 0 ? Double(done - marks[0].done) / elapsed : 0
        parts.append(rate >= 10 ? "\(Int(rate.rounded())) a second" : "\(tenths(rate)) a second")
        if rate > 0, done < total {
            let left = (Double(total - done) / rate).rounded(.up)
            parts.append("\(CopyProgress.words(seconds: Int(min(left, 359_999)))) left")
        }
        return (parts + failures).joined(separator: ", ")
    }

    private var failures: [String] { failed > 0 ? ["\(failed) failed"] : [] }

    private func tenths(_ rate: Double) -> String { "\((rate * 10).rounded() / 10)" }

    private static func words(seconds: Int) -> String {
        if seconds < 100 { return "\(seconds) s" }
        if seconds < 6_000 { return "\((seconds + 59) / 60) min" }
        return "\((seconds + 3_599) / 3_600) h"
    }
}
