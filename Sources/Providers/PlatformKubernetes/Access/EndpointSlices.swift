import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// All slices of one name, whoever manages them.
struct EndpointSlices: Sendable {
    let access: SiteAccess
    let service: ServiceName

    func read() async throws(ProviderError) -> [JSON] {
        let labels: LabelSelector
        do {
            labels = try LabelSelector(matching: ["kubernetes.io/service-name": service.name])
        } catch {
            throw .rejected(reason: "\(service.name) is no name of a Service: \(error)")
        }
        return try await access.list(.slice(service.namespace), labels: labels)
    }

    /// How many addresses a proxy would send new connections to.
    static func readyCount(in slice: JSON) -> Int {
        (slice["endpoints"]?.array ?? []).filter { endpoint in
            let conditions = endpoint["conditions"]
            // A ready that is not stated means ready (discovery.k8s.io/v1, EndpointConditions).
            return conditions?["ready"]?.bool ?? true
        }.count
    }
}
