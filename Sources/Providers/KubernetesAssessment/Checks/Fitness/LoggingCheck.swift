import JSONValues
import KubernetesObjects
import MigrationModel

/// Whether somebody collects at the target what pods write to their logs.
struct LoggingCheck: AssessmentCheck {
    let name = "logging"

    /// Parts of the names of images that collect logs on each node.
    private static let collectors = [
        "fluent-bit", "fluentbit", "fluentd", "promtail", "alloy", "vector", "filebeat",
        "elastic-agent", "logstash", "opentelemetry-collector", "otelcol", "datadog", "splunk",
        "cloudwatch", "newrelic", "oneagent", "azuremonitor", "containerinsights", "syslog-ng",
        "logging-operator", "victoria-logs", "vlagent",
    ]

    func findings(in estate: AssessedEstate) -> [Finding] {
        let target = estate.target
        guard target.isLive, target.hasRead("daemonsets.apps"), collectors(at: target).isEmpty
        else {
            return []
        }
        let before = collectors(at: estate.source)
        return finding(
            before.isEmpty ? .note : .decide,
            [target.name],
            before.isEmpty
                ? "no collector of logs that we know runs on the target's nodes"
                : "no collector of logs that we know runs on the target's nodes; at the source there is "
                    + before.joined(separator: ", "),
            remedy:
                "Install one at the target, or logs are gone with their pods when you need them."
        )
    }

    private func collectors(at site: SiteFacts) -> [String] {
        site.all("DaemonSet.apps").filter { set in
            (set.pods?.containers ?? []).contains { container in
                let image = container["image"]?.string?.lowercased() ?? ""
                return Self.collectors.contains { image.contains($0) }
            }
        }.map { "\($0.key)" }
    }
}
