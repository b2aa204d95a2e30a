import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Makes an Ingress lead to local names, or to names again.
///
/// Only the backends of the named Services are touched, as they were read. Repeated: what is turned
/// stays. Undone: each backend that was turned gets its recorded Service back, wherever in the list
/// its host and path stand by then; an Ingress that is gone has none.
struct EntryTurn: ChangeMaker {
    enum Direction: Sendable {
        case toLocalNames
        case toNames
    }

    let access: SiteAccess
    let entry: ObjectReference
    let services: [String]
    let direction: Direction

    func survey() async throws(ProviderError) -> BeforeImage {
        let found = try await access.get(entry)
        let backends = EntryBackend.all(in: found).filter { turned($0.service) != nil }
        let recorded = backends.map { backend -> JSON in
            [
                "host": backend.place.host.map(JSON.string) ?? .null,
                "path": backend.place.path.map(JSON.string) ?? .null,
                "service": .string(backend.service),
                // For people who put it back by hand: undo goes by host and path.
                "pointer": .string(backend.pointer.text),
            ]
        }
        return FencedObject.image(
            found,
            ["backends": .array(recorded), "uid": found.uid.map(JSON.string) ?? .null]
        )
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        try await change(
            through: .forward(access, entry, mark),
            unless: { found throws(ProviderError) in try checkUnchanged(found, since: before) },
            to: { turned($0.service) }
        )
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        guard try await access.find(entry) != nil else { return }
        var recorded: [EntryBackend.Place: Set<String>] = [:]
        for backend in before.clear.value["backends"]?.array ?? [] {
            guard let service = backend["service"]?.string else { continue }
            let place = EntryBackend.Place(
                host: backend["host"]?.string,
                path: backend["path"]?.string
            )
            recorded[place, default: []].insert(service)
        }
        try await change(
            through: .back(access, entry, mark, to: before),
            to: { backend in recorded[backend.place]?.first { turned($0) == backend.service } }
        )
    }

    /// What is turned must be what can be given back: a backend that came since is not.
    private func checkUnchanged(
        _ found: JSON,
        since before: BeforeImage
    ) throws(ProviderError) {
        guard direction == .toLocalNames else { return }
        if let uid = before.clear.value["uid"]?.string, found.uid != uid {
            throw .drift(
                reason: "\(entry) at \(access.context) was replaced by another of its name; it was "
                    + "not touched"
            )
        }
        let recorded = (before.clear.value["backends"]?.array ?? []).map { backend in
            EntryBackend.Place(host: backend["host"]?.string, path: backend["path"]?.string)
        }
        let new = EntryBackend.all(in: found).first {
            turned($0.service) != nil && !recorded.contains($0.place)
        }
        guard let new else { return }
        throw .drift(
            reason: "\(entry) at \(access.context) leads \(new.place.host ?? "any host")"
                + "\(new.place.path ?? "") to \(new.service) since this step began; it was not "
                + "touched. `diolkos resume` takes it in"
        )
    }

    /// What a backend's Service becomes; nil when it is none of ours.
    private func turned(_ service: String) -> String? {
        let suffix = ServiceName.localSuffix
        return switch direction {
        case .toLocalNames: services.contains(service) ? service + suffix : nil
        case .toNames:
            services.contains { $0 + suffix == service }
                ? String(service.dropLast(suffix.count)) : nil
        }
    }

    private func change(
        through object: FencedObject,
        unless refuse: (JSON) throws(ProviderError) -> Void = { _ in },
        to wanted: (EntryBackend) -> String?
    ) async throws(ProviderError) {
        try await object.write { found throws(ProviderError) in
            try refuse(found)
            return EntryBackend.all(in: found).flatMap { backend -> [JSON] in
                guard let service = wanted(backend) else { return [] }
                return [
                    [
                        "op": "replace", "path": .string(backend.pointer.text),
                        "value": .string(service),
                    ]
                ]
            }
        }
    }
}

/// One place in an Ingress that names a Service.
struct EntryBackend: Sendable {
    /// What of a request leads to it; people may move rules about in the list.
    struct Place: Hashable {
        /// Nil for any host.
        let host: String?
        /// Nil for the default backend.
        let path: String?
    }

    let pointer: JSONPointer
    let place: Place
    let service: String

    static func all(in ingress: JSON) -> [EntryBackend] {
        var backends: [EntryBackend] = []
        if let service = ingress.at("spec", "defaultBackend", "service", "name")?.string {
            let tokens = ["spec", "defaultBackend", "service", "name"]
            backends.append(
                EntryBackend(
                    pointer: JSONPointer(tokens: tokens),
                    place: Place(host: nil, path: nil),
                    service: service
                )
            )
        }
        for (ruleIndex, rule) in (ingress.at("spec", "rules")?.array ?? []).enumerated() {
            for (pathIndex, path) in (rule.at("http", "paths")?.array ?? []).enumerated() {
                guard let service = path.at("backend", "service", "name")?.string else { continue }
                let tokens = [
                    "spec", "rules", String(ruleIndex), "http", "paths", String(pathIndex),
                    "backend", "service", "name",
                ]
                backends.append(
                    EntryBackend(
                        pointer: JSONPointer(tokens: tokens),
                        place: Place(
                            host: rule["host"]?.string,
                            path: path["path"]?.string ?? ""
                        ),
                        service: service
                    )
                )
            }
        }
        return backends
    }

    /// The Ingress with every backend led to the local name of its Service, where the site has one.
    static func ledToLocalNames(
        _ ingress: JSON,
        at access: SiteAccess
    ) async throws(ProviderError) -> JSON {
        var ingress = ingress
        for backend in all(in: ingress) {
            let name = ServiceName(namespace: ingress.namespace ?? "", name: backend.service)
            guard !name.isLocalName, try await access.find(.service(name.localName)) != nil else {
                continue
            }
            backend.set(name.localName.name, in: &ingress)
        }
        return ingress
    }

    private func set(_ name: String, in ingress: inout JSON) {
        ingress = EntryBackend.replacing(
            ArraySlice(pointer.tokens),
            in: ingress,
            with: .string(name)
        )
    }

    private static func replacing(
        _ tokens: ArraySlice<String>,
        in value: JSON,
        with new: JSON
    ) -> JSON {
        guard let token = tokens.first else { return new }
        switch value {
        case .object(var members):
            if let child = members[token] {
                members[token] = replacing(tokens.dropFirst(), in: child, with: new)
            }
            return .object(members)
        case .array(var elements):
            if let index = Int(token), elements.indices.contains(index) {
                elements[index] = replacing(tokens.dropFirst(), in: elements[index], with: new)
            }
            return .array(elements)
        default: return value
        }
    }
}
