/// The weights of a route, with the number of their change.
package struct BalancerWeights: Sendable, Hashable {
    package var source: Int
    package var target: Int
    package var generation: Int
}

/// What one backend of a route has done since the balancer began.
package struct BalancerCounts: Sendable, Equatable {
    /// Requests given to the backend.
    package var requests = 0
    package var inFlight = 0
    /// Whole answers by status class; `answered[1]` counts the 2xx.
    package var answered = [0, 0, 0, 0, 0]
    package var refused = 0
    package var broken = 0
    package var timedOut = 0
    package var latency = LatencyBuckets()

    package init() {}

    /// What nobody can have wanted: server errors and missing answers.
    package var failures: Int { answered[4] + refused + broken + timedOut }

    mutating func began() {
        requests += 1
        inFlight += 1
    }

    mutating func ended(_ result: Result<Int, CallFailure>, nanoseconds: Int) {
        inFlight -= 1
        switch result {
        case .success(let status):
            answered[min(max(status / 100, 1), 5) - 1] += 1
            latency.record(nanoseconds: nanoseconds)
        case .failure(.refused), .failure(.unresolved): refused += 1
        case .failure(.broken): broken += 1
        case .failure(.timedOut): timedOut += 1
        }
    }
}

/// Latencies in buckets whose bounds grow by a quarter.
package struct LatencyBuckets: Sendable, Equatable {
    /// The upper bounds in microseconds, from 100 µs to beyond a minute; they never change.
    package static let bounds: [Int] = {
        var bounds = [100]
        while let last = bounds.last, last < 60_000_000 { bounds.append(last * 5 / 4) }
        return bounds
    }()

    package private(set) var counts = [Int](repeating: 0, count: Self.bounds.count)
    package private(set) var count = 0
    package private(set) var sumNanoseconds = 0

    package init() {}

    package mutating func record(nanoseconds: Int) {
        count += 1
        sumNanoseconds += nanoseconds
        let microseconds = nanoseconds / 1_000
        var low = 0
        var high = Self.bounds.count - 1
        while low < high {
            let middle = (low + high) / 2
            if Self.bounds[middle] < microseconds { low = middle + 1 } else { high = middle }
        }
        counts[low] += 1
    }

    /// An upper estimate of a percentile, in microseconds; 0 when nothing was recorded.
    package func percentile(_ share: Double) -> Int {
        let rank = max(1, Int((Double(count) * share).rounded(.up)))
        var seen = 0
        for (bound, count) in zip(Self.bounds, counts) {
            seen += count
            if seen >= rank { return bound }
        }
        return 0
    }
}
