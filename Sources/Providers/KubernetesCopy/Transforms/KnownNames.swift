import JSONValues
import KubernetesObjects

/// Which names of a source can be referred to.
struct KnownNames: Sendable {
    /// As `service.namespace`.
    private var services: Set<String> = []
    /// As `namespace/name`, of any kind.
    private var objects: Set<String> = []

    init(services: Set<String> = [], objects: Set<String> = []) {
        self.services = services
        self.objects = objects
    }

    init(of objects: [CopyKey: JSON]) {
        for key in objects.keys {
            guard let namespace = key.namespace else { continue }
            self.objects.insert("\(namespace)/\(key.name)")
            if key.group.isEmpty, key.kind == "Service" {
                services.insert("\(key.name).\(namespace)")
            }
        }
    }

    func hasService(_ name: Substring, in namespace: String) -> Bool {
        services.contains("\(name).\(namespace)")
    }

    func hasObject(_ name: Substring, in namespace: String) -> Bool {
        objects.contains("\(namespace)/\(name)")
    }
}
