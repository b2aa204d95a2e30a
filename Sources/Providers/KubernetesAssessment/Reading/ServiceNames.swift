import JSONValues
import KubernetesObjects

/// The Services of a site, as far as names are concerned.
struct ServiceNames: Sendable {
    /// Finds the Services that texts name.
    let mentions: ServiceMentions
    /// The hosts to which Services of type ExternalName lead.
    let aliases: [ServiceMentions.Name: String]
    /// Services whose endpoints somebody else writes down.
    let withoutSelector: Set<ServiceMentions.Name>

    /// `services` are those that were read.
    init(_ services: [SlimObject]) {
        var names: Set<ServiceMentions.Name> = []
        var aliases: [ServiceMentions.Name: String] = [:]
        var withoutSelector: Set<ServiceMentions.Name> = []
        for service in services {
            let name = ServiceMentions.Name(namespace: service.namespace, name: service.name)
            names.insert(name)
            if let host = service.body.at("spec", "externalName")?.string {
                aliases[name] = host
            } else if (service.body.at("spec", "selector")?.stringMap ?? [:]).isEmpty,
                service.madeBy == nil
            {
                withoutSelector.insert(name)
            }
        }
        mentions = ServiceMentions(services: names)
        self.aliases = aliases
        self.withoutSelector = withoutSelector
    }

    /// What a host means to a pod of the namespace.
    func meaning(of host: String, in namespace: String) -> AddressFinder.Meaning {
        guard let service = mentions.services(in: host, namespace: namespace).first else {
            return .unknown
        }
        return aliases[service].map { .alias($0) } ?? .inside
    }
}
