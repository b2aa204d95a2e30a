/// The time of the world, handed in so that a simulator can own it.
///
/// Everything that waits or looks at the clock does it through one of these; `Date()`,
/// `ContinuousClock` and `Task.sleep` are banned elsewhere (`Scripts/check` says so).
package protocol TimeSource: Sendable {
    /// Time that only goes forward, counted from an origin of its own: for deadlines and latencies.
    var uptime: Duration { get }
    /// The time of day, which people and other machines may step: for records and leases only.
    var wallTime: WallTime { get }
    /// Returns when `duration` has passed; throws `CancellationError` at once when cancelled.
    func sleep(for duration: Duration) async throws
}

/// A point in the time of day, in nanoseconds since 1970-01-01T00:00:00Z.
package struct WallTime: Sendable, Hashable, Comparable {
    /// Negative before 1970; leap seconds are not counted, as in POSIX time.
    package let nanosecondsSinceEpoch: Int64

    package init(nanosecondsSinceEpoch: Int64) {
        self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
    }

    package static func < (left: WallTime, right: WallTime) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }

    /// The point that lies `duration` later.
    package func advanced(by duration: Duration) -> WallTime {
        WallTime(nanosecondsSinceEpoch: nanosecondsSinceEpoch + duration.nanoseconds)
    }

    /// How long it is from here to `other`; negative when that lies before.
    package func duration(to other: WallTime) -> Duration {
        .nanoseconds(other.nanosecondsSinceEpoch - nanosecondsSinceEpoch)
    }
}

extension Duration {
    /// Whole nanoseconds; what is finer is cut off.
    package var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    /// The length in seconds, for texts and rates.
    package var inSeconds: Double { Double(nanoseconds) / 1e9 }
}
