import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// What bridges need to know of the site that they lead to, read once for all that are looked at together.
struct OtherSite {
    let access: SiteAccess
    /// What `nodeAddresses` has read; nil while nobody has asked.
    private(set) var addresses: [String]?
    private var services: [ServiceName: JSON] = [:]

    /// `access` is that of the site at which the bridges are.
    init(from access: SiteAccess) {
        self.access = access.other
    }

    /// Reads in one call the Services that a run made in a namespace, its local names among them.
    mutating func readServices(
        of run: RunID,
        in namespace: String
    ) async throws(ProviderError) {
        let name = ServiceName(namespace: namespace, name: "")
        for service in try await access.list(.service(name), labels: try run.label()) {
            services[ServiceName(namespace: namespace, name: service.name ?? "")] = service
        }
    }

    /// A Service as it is now; fails with drift when there is none.
    func service(_ name: ServiceName) async throws(ProviderError) -> JSON {
        if let known = services[name] { return known }
        return try await access.get(.service(name))
    }

    /// The internal addresses of the nodes that are ready, sorted and never empty.
    mutating func nodeAddresses() async throws(ProviderError) -> [String] {
        if let addresses { return addresses }
        let found = try await NodeAddresses(access: access).ready()
        guard !found.isEmpty else {
            throw .unavailable(
                reason:
                    "\(access.context) has no ready node with an internal address, so no bridge "
                    + "can lead there",
                retryAfter: nil
            )
        }
        addresses = found
        return found
    }
}

extension RunID {
    /// What selects the objects that this run made, and of those the ones with all of `more`.
    func label(_ more: [String: String] = [:]) throws(ProviderError) -> LabelSelector {
        do {
            return try LabelSelector(
                matching: more.merging([Marks.run: text], uniquingKeysWith: { _, last in last })
            )
        } catch {
            throw .rejected(reason: "\(text) is no name of a run: \(error)")
        }
    }
}
