import JSONValues

/// Which Services a text names, as their callers write them: `cart`, `cart.shop`,
/// `cart.shop.svc.cluster.local`, alone or within an address.
package struct ServiceMentions: Sendable {
    /// One Service.
    package struct Name: Sendable, Hashable, Comparable {
        /// Where the Service lives.
        package let namespace: String
        /// The Service's own name.
        package let name: String

        package init(namespace: String, name: String) {
            self.namespace = namespace
            self.name = name
        }

        package static func < (left: Name, right: Name) -> Bool {
            (left.namespace, left.name) < (right.namespace, right.name)
        }
    }

    private let services: Set<Name>

    /// `services` are those that may be named; a word that names none of them means nothing.
    package init(services: Set<Name>) {
        self.services = services
    }

    /// Services in the order in which the text names them; `namespace` is where its reader runs.
    package func services(in text: String, namespace: String) -> [Name] {
        if services.isEmpty { return [] }
        return text.split { !ServiceMentions.isPartOfName($0) }.compactMap { word -> Name? in
            let parts = word.split(separator: ".", omittingEmptySubsequences: false)
                .map(String.init)
            guard let name = parts.first, !name.isEmpty else { return nil }
            let service: Name
            switch parts.count {
            case 1: service = Name(namespace: namespace, name: name)
            case 2: service = Name(namespace: parts[1], name: name)
            default:
                guard parts[2] == "svc" else { return nil }
                service = Name(namespace: parts[1], name: name)
            }
            return services.contains(service) ? service : nil
        }
    }

    private static func isPartOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber)
            || character == "-" || character == "."
    }
}

/// What the containers of a pod are told, and where: what may name those whom they call.
package struct PodTexts: Sendable {
    /// Each text with its place in words: `env CART_ADDR`, `argument`.
    package private(set) var texts: [(place: String, text: String)] = []
    /// Names of the ConfigMaps that they read, sorted.
    package private(set) var configMaps: [String] = []
    /// Names of the Secrets that they read, sorted.
    package private(set) var secrets: [String] = []

    /// `podSpec` is the `spec` of a pod or of a template.
    package init(of podSpec: JSON) {
        let containers =
            (podSpec["initContainers"]?.array ?? []) + (podSpec["containers"]?.array ?? [])
        var maps: Set<String> = []
        var secrets: Set<String> = []
        for volume in podSpec["volumes"]?.array ?? [] {
            if let name = volume.at("configMap", "name")?.string { maps.insert(name) }
            if let name = volume.at("secret", "secretName")?.string { secrets.insert(name) }
            for part in volume.at("projected", "sources")?.array ?? [] {
                if let name = part.at("secret", "name")?.string { secrets.insert(name) }
                if let name = part.at("configMap", "name")?.string { maps.insert(name) }
            }
        }
        for container in containers {
            for variable in container["env"]?.array ?? [] {
                let name = variable["name"]?.string ?? ""
                if let value = variable["value"]?.string { texts.append(("env \(name)", value)) }
                if let map = variable.at("valueFrom", "configMapKeyRef", "name")?.string {
                    maps.insert(map)
                }
                if let secret = variable.at("valueFrom", "secretKeyRef", "name")?.string {
                    secrets.insert(secret)
                }
            }
            for argument in (container["command"]?.array ?? []) + (container["args"]?.array ?? []) {
                if let text = argument.string { texts.append(("argument", text)) }
            }
            for part in container["envFrom"]?.array ?? [] {
                if let name = part.at("configMapRef", "name")?.string { maps.insert(name) }
                if let name = part.at("secretRef", "name")?.string { secrets.insert(name) }
            }
        }
        configMaps = maps.sorted()
        self.secrets = secrets.sorted()
    }
}
