import JSONValues
import LoadGenerator

/// A load report in lines and in JSON.
enum LoadLines {
    static func json(_ report: LoadReport) -> JSON {
        [
            "requests": .int(report.requests), "answered": .int(report.answered),
            "failed": .int(report.failed),
            "failures": .object(report.failures.mapValues { .int($0) }),
            "bySite": .object(report.bySite.mapValues { .int($0) }),
            "strayed": .int(report.strayed),
            "latencyMicroseconds": [
                "p50": .int(report.latency.p50), "p99": .int(report.latency.p99),
                "max": .int(report.latency.max),
            ],
        ]
    }

    static func text(_ phase: String, _ report: LoadReport) -> String {
        let sites = report.bySite.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return "  \(phase.padded(10)) \(String(report.requests).padded(9))"
            + "\(String(report.failed).padded(8))\(milliseconds(report.latency.p50).padded(10))"
            + "\(milliseconds(report.latency.p99).padded(10))\(sites.joined(separator: ", "))"
    }

    /// What stands over the lines of `text`; `first` says what tells them apart.
    static func header(_ first: String) -> String {
        "  \(first.padded(10)) \("requests".padded(9))\("failed".padded(8))"
            + "\("p50".padded(10))\("p99".padded(10))served by"
    }

    private static func milliseconds(_ microseconds: Int) -> String {
        "\(microseconds / 1_000).\(microseconds % 1_000 / 100) ms"
    }
}

extension String {
    func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
