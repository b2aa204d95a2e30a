import Clocks
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// The slices that lead a name to the other site's local name; one, but for addresses of pods.
///
/// Their endpoints are nodes of the other site with the node ports of the local name there, its load
/// balancer or the entry: none of them goes with a pod, so it keeps working while nobody looks after it.
/// Addresses of pods go with them, and need somebody who does.
struct Bridge: Sendable {
    let access: SiteAccess
    let service: PlannedService
    /// Who is told of bridges that come.
    var recent: RecentRefreshes?

    var reference: ObjectReference { Bridge.reference(of: service) }

    /// What the first slice is called that leads a name to the other site.
    static func reference(of service: PlannedService) -> ObjectReference {
        .slice(service.service.namespace, BridgePages.name(service.service.name, 0))
    }

    /// Whether a slice is one of ours, of whichever run.
    static func isBridge(_ slice: JSON) -> Bool {
        slice.labels["endpointslice.kubernetes.io/managed-by"] == Marks.sliceManager
    }

    /// The slices that are there, sorted.
    func found() async throws(ProviderError) -> [JSON] {
        // Only addresses of pods may need more than one.
        guard case .podAddresses = service.way else {
            return [try await access.find(reference)].compactMap { $0 }
        }
        return try await EndpointSlices(access: access, service: service.service).read()
            .filter(Bridge.isBridge).sorted { ($0.name ?? "") < ($1.name ?? "") }
    }

    /// Adds the slices; what is there of this run already is led to where the other site is now.
    func add(mark: StepMark) async throws(ProviderError) -> [JSON] {
        var other = OtherSite(from: access)
        let end = try await BridgeEnd.now(of: service, at: &other)
        try awaitPods(end)
        let present = try await found().filter { Marks.run(of: $0) == mark.run }
        var pages = pages(of: present)
        pages.lead(to: end, mayAdd: true)
        defer { recent?.bridgeCame(ledTo: other.addresses, at: access.time.uptime) }
        return try await put(pages, like: Marks.stamp(mark, on: plain), mark)
    }

    /// Puts back slices that were removed, with the marks that they had, led to `end` if that is known.
    func restore(
        _ slices: [JSON],
        to end: BridgeEnd?,
        mark: StepMark
    ) async throws(ProviderError) {
        guard let first = slices.first else { return }
        var pages = pages(of: slices)
        if let end {
            try awaitPods(end)
            pages.lead(to: end, mayAdd: true)
        }
        // To which nodes it leads nobody knows here.
        defer { recent?.bridgeCame(ledTo: [], at: access.time.uptime) }
        _ = try await put(pages, like: first, mark)
    }

    /// Where nobody is to be ready a bridge to pods leads nowhere, and else to those that are.
    private func awaitPods(_ end: BridgeEnd) throws(ProviderError) {
        guard end.parts.isEmpty, end.isComing else { return }
        throw .unavailable(
            reason:
                "nobody behind \(service.service.localName) at \(access.other.context) is ready, "
                + "and a bridge to pods leads to those that are",
            retryAfter: nil
        )
    }

    private func pages(of slices: [JSON]) -> BridgePages {
        BridgePages(of: service.service.name, slices: slices, roomUsual: service.way.roomUsual)
    }

    private func put(
        _ pages: BridgePages,
        like: JSON,
        _ mark: StepMark
    ) async throws(ProviderError) -> [JSON] {
        var made: [JSON] = []
        for page in pages.pages {
            let reference = ObjectReference.slice(service.service.namespace, page.name)
            var found = try await access.find(reference)
            if found == nil {
                found = try await access.create(fresh(page, like: like), as: reference)
            }
            let present: JSON
            if let found { present = found } else { present = try await access.get(reference) }
            try accept(present, as: reference, mark)
            try await FencedObject.forward(access, reference, mark).write { page.patch($0) }
            made.append(present)
        }
        return made
    }

    /// A slice as it is created: leading nowhere, but to an entry, whose address is the plan's.
    ///
    /// A creation bears no version, and one that comes late would lead to what was there when it was sent.
    /// What leads it is a write that is refused once anybody has led it since, as keepers do.
    private func fresh(_ page: BridgePages.Page, like: JSON) -> JSON {
        var slice = page.slice(like: like)
        if case .entry = service.way { return slice }
        slice["endpoints"] = []
        return slice
    }

    private func accept(
        _ found: JSON,
        as reference: ObjectReference,
        _ mark: StepMark
    ) throws(ProviderError) {
        guard Bridge.isBridge(found), Marks.run(of: found) == mark.run else {
            throw .drift(
                reason: "\(reference) is at \(access.context) already and is not of this run; it "
                    + "was not touched. Remove it, then plan anew"
            )
        }
    }

    /// A slice that leads nowhere yet.
    private var plain: JSON {
        [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "name": .string(reference.name),
                "namespace": .string(service.service.namespace),
                "labels": [
                    "kubernetes.io/service-name": .string(service.service.name),
                    "endpointslice.kubernetes.io/managed-by": .string(Marks.sliceManager),
                ],
                "annotations": .object([MarkNames.bridgeWay: .string(service.way.word)]),
            ],
        ]
    }

    /// Removes the slices that are of this run.
    func remove(mark: StepMark) async throws(ProviderError) {
        for slice in try await found() where Bridge.isBridge(slice) {
            guard Marks.run(of: slice) == mark.run, let uid = slice.uid, let name = slice.name
            else { continue }
            let reference = ObjectReference.slice(service.service.namespace, name)
            try await FencedObject.forward(access, reference, mark).delete(uid: uid)
        }
    }
}

/// Adds the bridge.
///
/// Repeated: left alone. Undone: removed if it is of this run.
struct BridgeAddition: ChangeMaker {
    let access: SiteAccess
    let service: PlannedService
    let recent: RecentRefreshes?

    private var bridge: Bridge { Bridge(access: access, service: service, recent: recent) }

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let slices = try await bridge.add(mark: mark)
        return Receipt(details: ["uid": slices.first?.uid.map(JSON.string) ?? .null])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        try await bridge.remove(mark: mark)
    }
}

/// Removes the bridge.
///
/// Repeated: nothing is left to remove. Undone: it stands as it stood, but that it leads to where the
/// other site is reached now, if that can be read.
struct BridgeRemoval: ChangeMaker {
    let access: SiteAccess
    let service: PlannedService
    let recent: RecentRefreshes?

    private var bridge: Bridge { Bridge(access: access, service: service, recent: recent) }

    func survey() async throws(ProviderError) -> BeforeImage {
        // Their marks go with them, so that whoever made them knows them again.
        let slices = try await bridge.found().map { ObjectHygiene.portable($0) }
        guard let first = slices.first else { return BeforeImage() }
        var image: JSON = ["slice": first]
        if slices.count > 1 { image["slicesBeside"] = .array(Array(slices.dropFirst())) }
        return BeforeImage(clear: image)
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        try await bridge.remove(mark: mark)
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        let slices = before.bridgeSlices
        let end = await BridgeRefresh.end(of: slices, access: access)
        try await bridge.restore(slices, to: end, mark: mark)
    }
}

extension BeforeImage {
    /// The slices of a bridge that was removed.
    var bridgeSlices: [JSON] {
        guard let first = clear.value["slice"] else { return [] }
        return [first] + (clear.value["slicesBeside"]?.array ?? [])
    }
}
