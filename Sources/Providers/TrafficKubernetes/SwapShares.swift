import JSONValues
import KubernetesObjects
import MigrationModel

/// Shares as the Service that the paths of an Ingress lead to: everything or nothing.
struct SwapShares: ShareForm {
    let kinds = [SharedKind(group: "networking.k8s.io", kind: "Ingress")]
    /// Nil for every host.
    let host: String?
    let source: String
    let target: String

    func places(in object: JSON) throws(ShareProblem) -> [SharePlace] {
        var places: [SharePlace] = []
        for (index, rule) in (object.at("spec", "rules")?.array ?? []).enumerated()
        where host == nil || rule["host"]?.string == host {
            for (position, path) in (rule.at("http", "paths")?.array ?? []).enumerated() {
                guard let service = path.at("backend", "service"),
                    leads(service, to: source) || leads(service, to: target)
                else { continue }
                let pointer = [
                    "spec", "rules", String(index), "http", "paths", String(position), "backend",
                    "service",
                ]
                places.append(
                    SharePlace(
                        key: "\(index)/\(position)",
                        pointer: JSONPointer(tokens: pointer),
                        value: service
                    )
                )
            }
        }
        guard !places.isEmpty else {
            throw ShareProblem(
                "no path of \(host ?? "any host") leads to \(source) or \(target)",
                "correct the Ingress or the route"
            )
        }
        return places
    }

    func share(of values: ShareValues) throws(ShareProblem) -> Weight {
        let isAtTarget = Set(values.byKey.values.map { leads($0, to: target) })
        guard let answer = isAtTarget.first, isAtTarget.count == 1 else {
            throw ShareProblem(
                "some of its paths lead to \(source), some to \(target)",
                "lead all of them to \(source)"
            )
        }
        return answer ? .all : .none
    }

    func values(for weight: Weight, now: ShareValues) throws(ShareProblem) -> ShareValues {
        guard weight == .all || weight == .none else {
            throw ShareProblem(
                "an Ingress has no weights, so \(weight) cannot be had of it",
                "write ramp: {weights: [100]}"
            )
        }
        let name = weight == .all ? target : source
        var wanted = now
        for (key, service) in now.byKey where !leads(service, to: name) {
            wanted.byKey[key] = backend(name, like: service)
        }
        return wanted
    }

    func admits(_ value: JSON) -> Bool { value["name"]?.string != nil }

    func obstacle(in object: JSON) -> ShareProblem? { nil }

    /// `name`, or `name:port` where the port is a number or a name.
    private func leads(_ service: JSON, to text: String) -> Bool {
        let parts = text.split(separator: ":").map(String.init)
        guard service["name"]?.string == parts.first else { return false }
        guard parts.count == 2 else { return true }
        return service.at("port", "name")?.string == parts[1]
            || service.at("port", "number")?.int.map(String.init) == parts[1]
    }

    /// Another Service, at its stated port or at the one that stood there.
    private func backend(_ text: String, like service: JSON) -> JSON {
        let parts = text.split(separator: ":").map(String.init)
        var backend = service
        backend["name"] = .string(parts[0])
        if parts.count == 2 {
            backend["port"] =
                Int(parts[1]).map { ["number": .int($0)] }
                ?? ["name": .string(parts[1])]
        }
        return backend
    }
}
