import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// A route's object as it was at one moment, and what it states.
struct RouteReading: Sendable {
    let route: WeightedRoute
    let object: JSON
    let kind: ResourceKind
    let form: any ShareForm
    let places: [SharePlace]
    private let context: String

    var values: ShareValues { ShareValues(places) }

    /// `route shop/web: HTTPRoute shop/web at old`, as messages begin.
    var subject: String { "route \(route.route): \(name) at \(context)" }

    /// The kind and the pointers, by which `PlainKubernetesRoutes` finds the values again.
    var place: JSON {
        let pointers = places.map { ($0.key, JSON.string($0.pointer.text)) }
        let group = kind.group.isEmpty ? "" : ".\(kind.group)"
        return [
            "kind": .string(kind.kind.lowercased() + group),
            "pointers": .object(Dictionary(pointers, uniquingKeysWith: { $1 })),
        ]
    }

    /// `HTTPRoute shop/web`.
    var name: String { "\(kind.kind) \(object.namespacedName)" }

    init(
        _ route: WeightedRoute,
        _ object: JSON,
        _ kind: ResourceKind,
        context: String
    ) throws(ProviderError) {
        self.route = route
        self.object = object
        self.kind = kind
        self.context = context
        form = route.form
        do {
            places = try form.places(in: object)
        } catch {
            throw .rejected(
                reason:
                    "route \(route.route): \(kind.kind) \(object.namespacedName) at \(context): "
                    + error.text
            )
        }
    }

    func share() throws(ProviderError) -> Weight {
        do {
            return try form.share(of: values)
        } catch {
            throw .rejected(reason: "\(subject): \(error.text)")
        }
    }

    /// What has to stand there for `weight`; refused where it would not be what is served.
    func values(for weight: Weight) throws(ProviderError) -> ShareValues {
        if let obstacle = form.obstacle(in: object) {
            throw .rejected(reason: "\(subject): \(obstacle.text)")
        }
        do {
            return try form.values(for: weight, now: values)
        } catch {
            throw .rejected(reason: "\(subject): \(error.text)")
        }
    }

    /// Waits, so to speak, until controllers have taken the object as it is, where they tell.
    func checkTaken() throws(ProviderError) {
        guard route.isOfGateway, let missing = GatewayStatus.missing(of: object) else { return }
        throw .unavailable(reason: "\(subject): \(missing)", retryAfter: nil)
    }

    /// What changes the places to `wanted`, and nothing else.
    ///
    /// A list that is atomic is written whole by the server, which applies this to the version that it
    /// names or not at all.
    func operations(to wanted: ShareValues) -> [JSON] {
        places.compactMap { place in
            let value = wanted.byKey[place.key] ?? .null
            guard value != place.value else { return nil }
            let path = JSON.string(place.pointer.text)
            if value.isNull { return ["op": "remove", "path": path] }
            return ["op": place.value.isNull ? "add" : "replace", "path": path, "value": value]
        }
    }

    /// The manager that wrote one of the places last, and when.
    var lastWriter: String {
        let managed = ManagedFields(of: object)
        let owners = places.flatMap { managed.owners(of: $0.pointer, in: object) }
        guard let last = owners.max(by: { ($0.time ?? "") < ($1.time ?? "") }) else { return "" }
        return "; \(last.manager.printed) wrote it last" + (last.time.map { ", at \($0)" } ?? "")
    }

    /// Somebody wrote something else than `asked`.
    func reverted(from asked: ShareValues) -> ProviderError {
        .drift(
            reason: "\(subject): \(asked.text) was written, \(values.text) stands there now"
                + "\(lastWriter); stop whoever it is for this object, then go on"
        )
    }
}
