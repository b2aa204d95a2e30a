import JSONValues
import KubernetesObjects
import MigrationModel

/// Finds out by reading configuration whom a workload calls.
struct CallFinder: Sendable {
    private let mentions: ServiceMentions
    private let configMaps: [ServiceName: JSON]

    init(services: Set<ServiceName>, configMaps: [JSON]) {
        mentions = ServiceMentions(
            services: Set(services.map { .init(namespace: $0.namespace, name: $0.name) })
        )
        var byName: [ServiceName: JSON] = [:]
        for map in configMaps {
            guard let namespace = map.namespace, let name = map.name else { continue }
            byName[ServiceName(namespace: namespace, name: name)] = map
        }
        self.configMaps = byName
    }

    /// Sorted; each Service once, with the first place that named it.
    func calls(of template: JSON, in namespace: String) -> [CallRecord] {
        var found: [ServiceName: String] = [:]
        for (place, text) in texts(of: template, in: namespace) {
            for mention in mentions.services(in: text, namespace: namespace) {
                let service = ServiceName(namespace: mention.namespace, name: mention.name)
                if found[service] == nil { found[service] = place }
            }
        }
        return found.map { CallRecord(service: $0.key, evidence: $0.value) }
            .sorted { $0.service < $1.service }
    }

    private func texts(of template: JSON, in namespace: String) -> [(String, String)] {
        let told = PodTexts(of: template["spec"] ?? .emptyObject)
        var texts: [(String, String)] = told.texts.map { ($0.place, $0.text) }
        for map in told.configMaps {
            let data = configMaps[ServiceName(namespace: namespace, name: map)]?["data"]?.object
            for (key, value) in data ?? [:] {
                if let text = value.string { texts.append(("ConfigMap \(map), key \(key)", text)) }
            }
        }
        return texts
    }
}
