import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Waits until the target can take what comes next.
struct TargetReadiness: Sendable {
    let client: KubernetesClient
    let time: any TimeSource
    let patience: CopyPatience
    /// Told what is waited for, in words that follow "waits for", and with nil that nothing is any more.
    let onWait: @Sendable (String?) -> Void

    /// Waits until every kind is served; answers those that are not, with the reason.
    func waitForKinds(_ kinds: [ResourceKind]) async -> [(kind: ResourceKind, reason: String)] {
        let deadline = time.uptime + patience.kinds
        var pause = Duration.milliseconds(50)
        var missing = kinds
        defer { onWait(nil) }
        while !missing.isEmpty {
            do {
                let discovery = try await client.refreshDiscovery()
                missing = missing.filter { discovery.kind(for: $0.groupVersionKind) == nil }
                if missing.isEmpty { return [] }
                let reasons = try await refusals(of: missing)
                if !reasons.isEmpty || time.uptime >= deadline {
                    return missing.map { kind in
                        (kind, reasons[kind.groupResource] ?? "it is not served yet")
                    }
                }
                onWait("\(missing[0].groupResource) to be served")
                try await time.sleep(for: pause)
            } catch {
                return missing.map { ($0, "\(error)") }
            }
            pause = min(pause * 2, .seconds(1))
        }
        return []
    }

    /// Waits until each Service has a ready endpoint; answers those that have none, sorted.
    func waitForEndpoints(_ services: Set<ServiceName>) async -> [ServiceName] {
        let deadline = time.uptime + patience.endpoints
        var pause = Duration.milliseconds(100)
        var waiting = services.sorted()
        defer { onWait(nil) }
        while !waiting.isEmpty {
            do {
                var left: [ServiceName] = []
                for service in waiting where try await !answers(service) { left.append(service) }
                waiting = left
                guard !waiting.isEmpty, time.uptime < deadline else { return waiting }
                onWait("a ready pod behind Service \(waiting[0])")
                try await time.sleep(for: pause)
            } catch {
                return waiting
            }
            pause = min(pause * 2, .seconds(2))
        }
        return []
    }

    private func answers(_ service: ServiceName) async throws -> Bool {
        let kind = try await client.resource(
            for: GroupVersionKind(
                group: "discovery.k8s.io",
                version: "v1",
                kind: "EndpointSlice"
            )
        )
        let labels = try LabelSelector(matching: ["kubernetes.io/service-name": service.name])
        let slices = try await client.list(
            kind,
            namespace: service.namespace,
            options: ListOptions(labels: labels)
        )
        return slices.items.contains(where: ServedRule.isReady)
    }

    /// Definitions whose names another one has: they will never be served.
    private func refusals(of kinds: [ResourceKind]) async throws -> [String: String] {
        let definitions = try await client.resource(
            for: GroupVersionKind(
                group: "apiextensions.k8s.io",
                version: "v1",
                kind: "CustomResourceDefinition"
            )
        )
        var reasons: [String: String] = [:]
        for name in Set(kinds.map(\.groupResource)).sorted() {
            let found = try await client.find(definitions, name: name)
            let accepted = found?.condition("NamesAccepted")
            if accepted?["status"] == "False" {
                reasons[name] = accepted?["message"]?.string ?? "its name is taken"
            }
        }
        return reasons
    }
}
