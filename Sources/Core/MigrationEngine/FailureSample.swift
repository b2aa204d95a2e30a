import Foundation

/// How many of so many requests failed.
package struct FailureSample: Sendable, Hashable {
    /// Requests that were served; never negative.
    package let requests: Int
    /// Those of them that failed; a retry that somebody made counts too, so there may be reported more of
    /// them than requests, and no more are taken.
    package let failures: Int

    package init(requests: Int, failures: Int) {
        self.requests = max(0, requests)
        self.failures = min(max(0, failures), max(0, requests))
    }

    /// The share that failed, in percent; 0 where nothing was served.
    var percent: Double { requests == 0 ? 0 : Double(failures) / Double(requests) * 100 }

    /// Both samples as one.
    static func + (left: FailureSample, right: FailureSample) -> FailureSample {
        FailureSample(
            requests: left.requests + right.requests,
            failures: left.failures + right.failures
        )
    }

    /// The same with no more failures than this share of its requests, in percent.
    func capped(atPercent percentMax: Double) -> FailureSample {
        let failuresMax = Int((Double(requests) * percentMax / 100).rounded(.up))
        return FailureSample(requests: requests, failures: min(failures, failuresMax))
    }

    /// The same without as many failures as a limit in percent allows.
    func forgiven(percent: Double) -> FailureSample {
        let allowed = Int(Double(requests) * percent / 100)
        return FailureSample(requests: requests, failures: failures - allowed)
    }

    /// The same with as many requests at least, those that are added without a failure.
    func padded(to requestsMin: Int) -> FailureSample {
        FailureSample(requests: max(requests, requestsMin), failures: failures)
    }

    /// How likely this many failures or more are here, when as often fails here as in `other`.
    ///
    /// Fisher's exact test, one-sided: of all ways in which the failures of both can lie among the requests
    /// of both, the share in which at least so many lie here. It needs no rate and no large numbers, and
    /// it is right for one look: whoever looks again and again must ask for less than he means.
    package func chance(beside other: FailureSample) -> Double {
        let all = self + other
        let failuresMax = min(requests, all.failures)
        let failuresMin = max(0, all.failures - other.requests)
        guard failures > failuresMin else { return 1 }
        var term = exp(
            logChoose(all.failures, failures)
                + logChoose(all.requests - all.failures, requests - failures)
                - logChoose(all.requests, requests)
        )
        var sum = term
        var count = failures
        while count < failuresMax, term > sum * 1e-12 {
            let rest = all.requests - all.failures - requests + count + 1
            term *= Double(all.failures - count) * Double(requests - count)
            term /= Double(count + 1) * Double(rest)
            count += 1
            sum += term
        }
        return min(1, sum)
    }

    /// How likely this many failures or more are here, when this share of all fails.
    func chance(atPercent percent: Double) -> Double {
        let fraction = percent / 100
        guard failures > 0, fraction < 1 else { return 1 }
        guard fraction > 0 else { return 0 }
        guard Double(failures) > Double(requests) * fraction else { return 1 }
        var term = exp(
            logChoose(requests, failures) + Double(failures) * log(fraction)
                + Double(requests - failures) * log(1 - fraction)
        )
        var sum = term
        var count = failures
        while count < requests, term > sum * 1e-12 {
            term *= Double(requests - count) / Double(count + 1) * fraction / (1 - fraction)
            count += 1
            sum += term
        }
        return min(1, sum)
    }
}

/// The logarithm of the number of ways to choose `part` of `whole`.
private func logChoose(_ whole: Int, _ part: Int) -> Double {
    lgamma(Double(whole) + 1) - lgamma(Double(part) + 1) - lgamma(Double(whole - part) + 1)
}
