import KubernetesAPI
import MigrationModel

/// How the programs of stores are called.
package struct StoreProgram: Sendable {
    /// What every program finds in its environment beside `DIOLKOS_STORE`; by name.
    private let variables: [String: String]
    private let directory: String

    /// Programs with a slash in their names are found from `directory`; the contexts and kubeconfigs of
    /// both sites are told to each.
    package init(
        directory: String,
        contexts: [SiteRole: String],
        kubeconfigs: [SiteRole: String] = [:]
    ) {
        self.directory = directory
        var variables: [String: String] = [:]
        for site in SiteRole.allCases {
            let name = "DIOLKOS_\(site.rawValue.uppercased())"
            variables["\(name)_CONTEXT"] = contexts[site]
            variables["\(name)_KUBECONFIG"] = kubeconfigs[site]
        }
        self.variables = variables
    }

    /// The whole command.
    func words(of store: Store, _ verb: String, _ site: SiteRole) -> [String] {
        [(store.program.first ?? "").asProgram(foundFrom: directory)] + store.program.dropFirst()
            + [verb, site.rawValue]
    }

    /// What names the store and the sites.
    func environment(of store: Store) -> [String: String] {
        variables.merging(["DIOLKOS_STORE": store.name]) { _, own in own }
    }
}
