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
    func removeLeftovers() async throws(ProviderError) {
        var cleanLooks = 0
        for _ in 0..<ServiceSelector.looksMax {
            var isClean = true
            if let endpoints = try await access.find(.endpoints(service)),
                let uid = endpoints.uid
            {
                isClean = false
                try await access.delete(.endpoints(service), uid: uid)
            }
            for slice in try await EndpointSlices(access: access, service: service).read()
            where !Bridge.isBridge(slice) {
                guard let name = slice.name, let uid = slice.uid else { continue }
                isClean = false
                try await access.delete(.slice(service.namespace, name), uid: uid)
            }
            cleanLooks = isClean ? cleanLooks + 1 : 0
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
