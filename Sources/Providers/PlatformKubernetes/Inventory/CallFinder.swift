import JSONValues
import KubernetesObjects
import MigrationModel

/// Finds out by reading configuration whom a workload calls.
struct CallFinder: Sendable {
    let services: Set<ServiceName>
    private let configMaps: [ServiceName: JSON]

    init(services: Set<ServiceName>, configMaps: [JSON]) {
        self.services = services
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
            for service in named(in: text, namespace: namespace) where found[service] == nil {
                found[service] = place
            }
        }
        return found.map { CallRecord(service: $0.key, evidence: $0.value) }
            .sorted { $0.service < $1.service }
    }

    private func texts(of template: JSON, in namespace: String) -> [(String, String)] {
        var texts: [(String, String)] = []
        let spec = template["spec"] ?? .emptyObject
        let containers =
            (spec["initContainers"]?.array ?? []) + (spec["containers"]?.array ?? [])
        var maps: [String] = (spec["volumes"]?.array ?? []).compactMap {
            $0.at("configMap", "name")?.string
        }
        for container in containers {
            for variable in container["env"]?.array ?? [] {
                let name = variable["name"]?.string ?? ""
                if let value = variable["value"]?.string { texts.append(("env \(name)", value)) }
                if let map = variable.at("valueFrom", "configMapKeyRef", "name")?.string {
                    maps.append(map)
                }
            }
            for argument in (container["command"]?.array ?? []) + (container["args"]?.array ?? []) {
                if let text = argument.string { texts.append(("argument", text)) }
            }
            maps += (container["envFrom"]?.array ?? []).compactMap {
                $0.at("configMapRef", "name")?.string
            }
        }
        for map in maps.sorted() {
            let data = configMaps[ServiceName(namespace: namespace, name: map)]?["data"]?.object
            for (key, value) in (data ?? [:]).sorted(by: { $0.key < $1.key }) {
                if let text = value.string { texts.append(("ConfigMap \(map), key \(key)", text)) }
            }
        }
        return texts
    }

    /// Words that are the name of a Service as its callers write it.
    private func named(in text: String, namespace: String) -> [ServiceName] {
        text.split { !isPartOfName($0) }.compactMap { word -> ServiceName? in
            let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(
                String.init
            )
            guard let name = parts.first, !name.isEmpty else { return nil }
            let service: ServiceName
            switch parts.count {
            case 1: service = ServiceName(namespace: namespace, name: name)
            case 2: service = ServiceName(namespace: parts[1], name: name)
            default:
                guard parts[2] == "svc" else { return nil }
                service = ServiceName(namespace: parts[1], name: name)
            }
            return services.contains(service) ? service : nil
        }
    }

    private func isPartOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber)
            || character == "-" || character == "."
    }
}
