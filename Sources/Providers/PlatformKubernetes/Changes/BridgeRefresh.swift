import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Leads the bridges of a run to where the other site is reached now.
///
/// Repeated: those that lead there are left alone. Undone: bridges to nodes and load balancers stay as
/// they are, for where they led before may be gone, and what made a bridge takes it away; those to pods
/// are led anew, since the pods have changed on the way back, too.
struct BridgeRefresh: ChangeMaker {
    let access: SiteAccess
    let namespaces: [String]
    let recent: RecentRefreshes?

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        guard let recent else { return try await leadAll(mark).receipt }
        let subject = RecentRefreshes.Subject(run: mark.run, namespaces: namespaces)
        let areThose = { (nodes: [String]) async throws(ProviderError) in
            try await NodeAddresses(access: access.other).ready() == nodes
        }
        return try await recent.once(subject, time: access.time, areThose) {
            () async throws(ProviderError) in
            try await leadAll(mark)
        }
    }

    /// What was changed, and whether it holds for a moment: pods come and go as the run itself goes on.
    private func leadAll(_ mark: StepMark) async throws(ProviderError) -> RecentRefreshes.Look {
        let bridges = try await bridges(of: mark.run)
        var other = OtherSite(from: access)
        // What leads to an entry asks the other site nothing, not even while that cannot be reached.
        let ways: Set<String?> = ["nodePorts", "loadBalancer", nil]
        let asking = bridges.filter { ways.contains($0.way) }
        for namespace in Set(asking.map(\.service.namespace)).sorted() {
            try await other.readServices(of: mark.run, in: namespace)
        }
        var changed: [JSON] = []
        for bridge in bridges {
            let end = try await bridge.end(at: &other)
            changed += try await lead(bridge, to: end, mark)
        }
        return RecentRefreshes.Look(
            receipt: Receipt(
                details: changed.isEmpty ? .emptyObject : ["changed": .array(changed)]
            ),
            holds: !bridges.contains { $0.way == "podAddresses" },
            nodes: other.addresses
        )
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        var other = OtherSite(from: access)
        for bridge in try await bridges(of: mark.run) where bridge.way == "podAddresses" {
            let end: BridgeEnd
            do {
                end = try await bridge.end(at: &other)
            } catch {
                // The other site may be gone, and then it does not matter to whom of it this leads.
                return
            }
            _ = try await lead(bridge, to: end, mark)
        }
    }

    /// Slices that are there are changed and none is made: the run may take them away at any time.
    private func lead(
        _ bridge: FoundBridge,
        to end: BridgeEnd,
        _ mark: StepMark
    ) async throws(ProviderError) -> [JSON] {
        // With nobody ready over there, those known last are as good as any.
        guard !end.parts.isEmpty else { return [] }
        var changed: [(page: BridgePages.Page, gains: Bool)] = []
        var pages = bridge.pages
        let before = pages.pages
        pages.lead(to: end, mayAdd: false)
        for (old, new) in zip(before, pages.pages) where old != new {
            changed.append((new, !Set(new.addresses).isSubset(of: old.addresses)))
        }
        // What is to come is there before what was goes.
        let ordered = changed.filter(\.gains) + changed.filter { !$0.gains }
        var names: [JSON] = []
        for (page, _) in ordered {
            let reference = ObjectReference.slice(bridge.service.namespace, page.name)
            try await FencedObject.forward(access, reference, mark).write { page.patch($0) }
            names.append(.string(reference.description))
        }
        return names
    }

    /// The bridges that this run made at this site, sorted.
    private func bridges(of run: RunID) async throws(ProviderError) -> [FoundBridge] {
        let labels = try run.label(["endpointslice.kubernetes.io/managed-by": Marks.sliceManager])
        var found: [JSON] = []
        for namespace in namespaces {
            found += try await access.list(.slice(namespace), labels: labels)
        }
        let ordered = found.map { (name: $0.namespacedName, slice: $0) }
            .sorted { $0.name < $1.name }
            .map(\.slice)
        let byService = Dictionary(grouping: ordered) { FoundBridge.service(of: $0) }
        return byService.sorted { $0.key < $1.key }.compactMap { FoundBridge($0.value) }
    }

    /// Where a recorded bridge should lead now; nil where that cannot be read.
    static func end(of slices: [JSON], access: SiteAccess) async -> BridgeEnd? {
        guard let bridge = FoundBridge(slices) else { return nil }
        do {
            var other = OtherSite(from: access)
            return try await bridge.end(at: &other)
        } catch {
            // The other site may be gone, and then it does not matter to whom of it this leads.
            return nil
        }
    }
}

/// A bridge as its slices tell of it.
private struct FoundBridge {
    let service: ServiceName
    /// As the annotation has it.
    let way: String?
    private let slices: [JSON]

    /// Nil without any slice.
    init?(_ slices: [JSON]) {
        guard let first = slices.first else { return nil }
        service = FoundBridge.service(of: first)
        way = first.annotation(MarkNames.bridgeWay)
        self.slices = slices
    }

    static func service(of slice: JSON) -> ServiceName {
        ServiceName(
            namespace: slice.namespace ?? "",
            name: slice.label("kubernetes.io/service-name") ?? ""
        )
    }

    var pages: BridgePages {
        BridgePages(of: service.name, slices: slices, roomUsual: planned.way.roomUsual)
    }

    /// Where it should lead now.
    ///
    /// What leads to an entry is told by the run's plan alone and goes nowhere else.
    func end(at other: inout OtherSite) async throws(ProviderError) -> BridgeEnd {
        try await BridgeEnd.now(of: planned, at: &other)
    }

    private var planned: PlannedService {
        let ports = slices.first.map(SlicePort.all) ?? []
        let way: BridgeWay =
            switch self.way {
            case "podAddresses": .podAddresses
            case "loadBalancer": .loadBalancer(annotations: [:])
            case "entry":
                .entry(
                    address: address ?? "",
                    port: ports.first?.number ?? 0,
                    ingressClass: nil
                )
            default: .nodePorts
            }
        return PlannedService(
            service: service,
            selector: [:],
            ports: ports.map {
                ServicePort(
                    name: $0.name,
                    port: $0.number,
                    transport: $0.transport,
                    appProtocol: $0.appProtocol
                )
            },
            way: way
        )
    }

    /// The first address of all.
    private var address: String? {
        slices.first?["endpoints"]?.array?.first?["addresses"]?.array?.first?.string
    }
}
