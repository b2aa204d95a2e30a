import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// The selector of a Service: whether its name means pods of this site.
///
/// What a selector leaves behind when it goes was observed step by step on a real control plane:
/// its Endpoints stay, its slices stay and no longer follow pods, and the mirroring controller
/// copies the Endpoints into yet another slice. All of them are removed, Endpoints first.
struct ServiceSelector: Sendable {
    /// How often left-over slices are looked for, 50 ms apart.
    private static let looksMax = 200
    /// So often in a row none must be found: the mirroring controller may be slower than we are.
    private static let cleanLooksMin = 3

    let access: SiteAccess
    let service: ServiceName

    /// What undoing a change of the selector needs.
    func survey() async throws(ProviderError) -> BeforeImage {
        let found = try await access.get(.service(service))
        return FencedObject.image(
            found,
            ["selector": found.selector ?? .null, "uid": found.uid.map(JSON.string) ?? .null]
        )
    }

    /// Refuses another Service of the name than the one that was surveyed, and one whose ports are no
    /// longer those of the plan: a bridge would lead only the ports that the plan knows.
    func checkUnchanged(
        _ planned: PlannedService,
        since before: BeforeImage
    ) async throws(ProviderError) {
        let found = try await access.get(.service(service))
        if let uid = before.clear.value["uid"]?.string, found.uid != uid {
            throw .drift(
                reason: "Service \(service) at \(access.context) was replaced by another of its "
                    + "name; it was not touched"
            )
        }
        guard ServicePort.all(in: found) == planned.ports else {
            throw .drift(
                reason: "the ports of Service \(service) at \(access.context) are not those that "
                    + "the plan saw; it was not touched. Give them back, or make the plan anew"
            )
        }
    }

    /// Whether the Service is gone: then it has no selector to give back.
    func isGone() async throws(ProviderError) -> Bool {
        try await access.find(.service(service)) == nil
    }

    /// Sets the selector, or takes it away with all that it leaves behind.
    ///
    /// `allowed` are the selectors that may stand there before; any other is drift.
    func set(
        _ selector: JSON?,
        allowed: [JSON?],
        through object: FencedObject
    ) async throws(ProviderError) {
        try await object.write { found throws(ProviderError) in
            let current = found.selector
            if current == selector { return [] }
            guard allowed.contains(current) else {
                throw .drift(
                    reason: "the selector of Service \(service) at \(access.context) is "
                        + "\(current?.text() ?? "gone"), which is neither what this run found nor "
                        + "what it set; somebody else changed it"
                )
            }
            guard let selector else { return [["op": "remove", "path": "/spec/selector"]] }
            return [["op": "add", "path": "/spec/selector", "value": selector]]
        }
        if selector == nil { try await removeLeftovers() }
    }

    /// Deletes Endpoints and every slice but bridges, until none comes back.
    ///
    /// Each in the version that was read: see `keepLeftovers`.
    func removeLeftovers() async throws(ProviderError) {
        var cleanLooks = 0
        for _ in 0..<ServiceSelector.looksMax {
            let found = try await leftovers()
            for (reference, object) in found {
                guard let uid = object.uid else { continue }
                try await access.delete(
                    reference,
                    uid: uid,
                    resourceVersion: object.resourceVersion
                )
            }
            cleanLooks = found.isEmpty ? cleanLooks + 1 : 0
            if cleanLooks == ServiceSelector.cleanLooksMin { return }
            try await access.pauseBeforeAnotherTry()
        }
        throw .unavailable(
            reason: "endpoints of Service \(service) at \(access.context) come back although it "
                + "has no selector; see who writes them (`kubectl get endpointslices -o yaml "
                + "--show-managed-fields`)",
            retryAfter: nil
        )
    }
}

extension ServiceSelector {
    /// Keeps what is there yet of a selector that is about to be given back from a deletion that is still
    /// on its way: controllers go on with it as it is, and without it the name would lead nowhere for a moment.
    func keepLeftovers(_ mark: StepMark) async throws(ProviderError) {
        guard try await access.find(.service(service))?.selector == nil else { return }
        for (reference, _) in try await leftovers() {
            try await FencedObject.back(access, reference, mark, to: BeforeImage()).moveVersion()
        }
    }

    /// Endpoints and every slice but bridges; Endpoints first.
    private func leftovers() async throws(ProviderError) -> [(ObjectReference, JSON)] {
        var found: [(ObjectReference, JSON)] = []
        let endpoints = ObjectReference.endpoints(service)
        if let object = try await access.find(endpoints) { found.append((endpoints, object)) }
        for slice in try await EndpointSlices(access: access, service: service).read()
        where !Bridge.isBridge(slice) {
            guard let name = slice.name else { continue }
            found.append((.slice(service.namespace, name), slice))
        }
        return found
    }
}

/// Makes a name select pods of this site, or stops it from selecting any.
///
/// Repeated: nothing changes. Undone: it selects what it selected before, if it is still there.
struct SelectorChange: ChangeMaker {
    /// The site whose name it is.
    let access: SiteAccess
    /// The name, and what it selects at its own site.
    let service: PlannedService
    /// Whether it is to select pods.
    let selects: Bool

    private var selector: ServiceSelector {
        ServiceSelector(access: access, service: service.service)
    }

    /// What it is to select; nil for nothing.
    private var wanted: JSON? {
        guard selects else { return nil }
        return JSON(stringMap: service.selector)
    }

    func survey() async throws(ProviderError) -> BeforeImage {
        try await selector.survey()
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        try await selector.checkUnchanged(service, since: before)
        try await selector.set(
            wanted,
            allowed: [before.selector],
            through: .forward(access, .service(service.service), mark)
        )
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        // A name that selected nothing cannot have been stopped from it.
        guard selects || before.selector != nil, try await !selector.isGone() else { return }
        if before.selector != nil { try await selector.keepLeftovers(mark) }
        try await selector.set(
            before.selector,
            allowed: [wanted],
            through: .back(access, .service(service.service), mark, to: before)
        )
    }
}

extension BeforeImage {
    /// The selector that was found; nil when there was none.
    var selector: JSON? {
        guard let selector = clear.value["selector"], !selector.isNull else { return nil }
        return selector
    }
}

extension JSON {
    /// The selector of a Service; nil when it has none, or an empty one, which means the same.
    fileprivate var selector: JSON? {
        guard let selector = at("spec", "selector"), selector.object?.isEmpty == false else {
            return nil
        }
        return selector
    }
}
