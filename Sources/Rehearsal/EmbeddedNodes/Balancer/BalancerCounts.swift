/// The weights of a route, with the number of their change.
package struct BalancerWeights: Sendable, Hashable {
    /// From 0 to `TwinBalancer.weightMax`; it counts beside the target's only.
    package var source: Int
    /// From 0 to `TwinBalancer.weightMax`; it counts beside the source's only.
    package var target: Int
    /// From 1; each change of the route's weights is the next.
    package var generation: Int
}

/// What one backend of a route has done since the balancer began.
package struct BalancerCounts: Sendable, Equatable {
    /// Requests given to the backend.
    package var requests = 0
    /// Requests given to the backend of which nothing has become yet.
    package var inFlight = 0
    /// Whole answers by status class; `answered[1]` counts the 2xx.
    package var answered = [0, 0, 0, 0, 0]
    /// Requests for which no connection came about, or whose name leads nowhere.
    package var refused = 0
    /// Requests whose connection ended before the whole answer had come.
    package var broken = 0
    /// Requests that were not answered in time.
    package var timedOut = 0
    /// Of answered requests only, from the whole request to the whole answer.
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

    /// How many fell between the bound before and their own, in the order of `bounds`.
    package private(set) var counts = [Int](repeating: 0, count: Self.bounds.count)
    /// How many were recorded in all.
    package private(set) var count = 0
    /// Their sum, from which a mean is made.
    package private(set) var sumNanoseconds = 0

    package init() {}

    /// Counts one latency; one beyond the last bound counts in the last bucket.
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
