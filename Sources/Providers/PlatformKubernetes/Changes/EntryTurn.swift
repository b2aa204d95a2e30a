import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Makes an Ingress lead to local names, or to names again.
///
/// Only the backends of the named Services are touched, each tested for what was read. Repeated:
/// what is turned stays. Undone: each backend that was turned gets its recorded Service back.
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
        return BeforeImage(clear: [
            "backends": .array(
                backends.map {
                    ["path": .string($0.pointer.text), "service": .string($0.service)]
                }
            )
        ])
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        try await change { turned($0) }
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        var recorded: [String: String] = [:]
        for backend in before.clear.value["backends"]?.array ?? [] {
            guard let path = backend["path"]?.string, let service = backend["service"]?.string
            else { continue }
            recorded[path] = service
        }
        try await change { service, path in
            guard let old = recorded[path], turned(old) == service else { return nil }
            return old
        }
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
        _ wanted: (_ service: String, _ path: String) -> String?
    ) async throws(ProviderError) {
        for _ in 0..<SiteAccess.conflictsMax {
            let found = try await access.get(entry)
            var operations: [JSON] = []
            for backend in EntryBackend.all(in: found) {
                let path = backend.pointer.text
                guard let service = wanted(backend.service, path) else { continue }
                operations.append([
                    "op": "test", "path": .string(path), "value": .string(backend.service),
                ])
                operations.append([
                    "op": "replace", "path": .string(path), "value": .string(service),
                ])
            }
            guard !operations.isEmpty else { return }
            let version: JSON = [
                "op": "replace", "path": "/metadata/resourceVersion",
                "value": .string(found.resourceVersion ?? ""),
            ]
            if try await access.patch(.json([version] + operations), of: entry) != nil { return }
            try await access.pauseBeforeAnotherTry()
        }
        throw .unavailable(
            reason: "\(entry) at \(access.context) is being changed all the time",
            retryAfter: nil
        )
    }

    private func change(_ wanted: (_ service: String) -> String?) async throws(ProviderError) {
        try await change { service, _ in wanted(service) }
    }
}

/// One place in an Ingress that names a Service.
struct EntryBackend: Sendable {
    let pointer: JSONPointer
    let service: String

    static func all(in ingress: JSON) -> [EntryBackend] {
        var backends: [EntryBackend] = []
        if let service = ingress.at("spec", "defaultBackend", "service", "name")?.string {
            let tokens = ["spec", "defaultBackend", "service", "name"]
            backends.append(
                EntryBackend(pointer: JSONPointer(tokens: tokens), service: service)
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
                    EntryBackend(pointer: JSONPointer(tokens: tokens), service: service)
                )
            }
        }
        return backends
    }

    func set(_ name: String, in ingress: inout JSON) {
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
