import KubernetesObjects

/// What a person says of a migration that no server can tell.
package struct StatedFacts: Sendable {
    /// A call that cannot be seen.
    package struct Call: Sendable, Hashable {
        /// `Deployment shop/web`.
        package let caller: String
        let service: ServiceMentions.Name

        /// Takes who calls, as findings name workloads, and the Service that it calls.
        package init(caller: String, namespace: String, service: String) {
            self.caller = caller
            self.service = ServiceMentions.Name(namespace: namespace, name: service)
        }
    }

    /// Edges of the call graph that no configuration shows.
    package let calls: [Call]
    /// In which wave a workload crosses, by `Deployment shop/web`; the first where nothing is said.
    let waves: [String: Int]
    /// Workloads that stay where they are.
    let staying: Set<String>

    /// Takes what a migration file says; nothing of it need be true of a site.
    package init(
        calls: [Call] = [],
        waves: [String: Int] = [:],
        staying: Set<String> = []
    ) {
        self.calls = calls
        self.waves = waves
        self.staying = staying
    }
}
