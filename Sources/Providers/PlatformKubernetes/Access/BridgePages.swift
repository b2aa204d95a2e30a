import JSONValues
import KubernetesObjects

/// Which slice of a bridge holds what.
///
/// A slice has one family of addresses and one set of ports, so pods whose ports have other numbers stand
/// in another one. An address stays in the slice in which it is, so that none is gone for the time
/// between two writes.
struct BridgePages: Sendable {
    /// How many endpoints are put in a slice before another is made (kube-controller-manager,
    /// --max-endpoints-per-slice), and how many a server takes (discovery.k8s.io/v1, EndpointSlice).
    static let endpointsUsual = 100
    static let endpointsMax = 1_000
    /// How many slices a bridge has at most; a role can name them.
    static let pagesMax = 10

    /// One slice.
    struct Page: Sendable, Hashable {
        let name: String
        let family: String
        var ports: [SlicePort]
        /// Sorted.
        var addresses: [String]
    }

    /// The slice that comes first is called after the name alone.
    static func name(_ base: String, _ place: Int) -> String {
        place == 0 ? "\(base)-bridge" : "\(base)-bridge-\(place + 1)"
    }

    /// Sorted: in which order a slice has them tells nobody anything.
    fileprivate static func addresses(in slice: JSON) -> [String] {
        (slice["endpoints"]?.array ?? []).flatMap { $0["addresses"]?.array ?? [] }
            .compactMap(\.string).sorted()
    }

    private let base: String
    private let roomUsual: Int
    private(set) var pages: [Page]

    /// `slices` are those that are there; `roomUsual` is how many endpoints are put in one.
    init(of service: String, slices: [JSON], roomUsual: Int) {
        base = service
        self.roomUsual = roomUsual
        pages = slices.map { slice in
            Page(
                name: slice.name ?? "",
                family: slice["addressType"]?.string ?? "IPv4",
                ports: SlicePort.all(in: slice),
                addresses: BridgePages.addresses(in: slice)
            )
        }
        .sorted { $0.name < $1.name }
    }

    /// Leads them to an end; without `mayAdd` to as much of it as they can hold.
    mutating func lead(to end: BridgeEnd, mayAdd: Bool) {
        var wanted: [BridgeEnd.Place: Set<String>] = [:]
        for part in end.parts { wanted[part.place, default: []].formUnion(part.addresses) }
        for index in pages.indices {
            let place = BridgeEnd.Place(family: pages[index].family, ports: pages[index].ports)
            pages[index].addresses = pages[index].addresses.filter {
                wanted[place]?.remove($0) != nil
            }
        }
        // The larger come first, where there are not slices enough for all.
        let rest = wanted.filter { !$0.value.isEmpty }
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        for (place, addresses) in rest { add(addresses.sorted(), at: place, mayAdd: mayAdd) }
        if pages.isEmpty, mayAdd {
            let name = BridgePages.name(base, 0)
            pages = [Page(name: name, family: "IPv4", ports: [], addresses: [])]
        }
        for index in pages.indices { pages[index].addresses.sort() }
    }

    private mutating func add(_ addresses: [String], at place: BridgeEnd.Place, mayAdd: Bool) {
        var rest = addresses[...]
        func isOf(_ page: Page) -> Bool { page.family == place.family && page.ports == place.ports }
        func fill(_ index: Int, _ roomMax: Int) {
            let room = max(0, roomMax - pages[index].addresses.count)
            pages[index].addresses += rest.prefix(room)
            rest = rest.dropFirst(room)
        }
        for index in pages.indices where isOf(pages[index]) { fill(index, roomUsual) }
        while !rest.isEmpty {
            let empty = pages.indices.first {
                pages[$0].family == place.family && pages[$0].addresses.isEmpty
            }
            if let empty {
                pages[empty].ports = place.ports
                fill(empty, roomUsual)
            } else if mayAdd, let name = freeName {
                pages.append(
                    Page(name: name, family: place.family, ports: place.ports, addresses: [])
                )
                fill(pages.count - 1, roomUsual)
            } else {
                for index in pages.indices where isOf(pages[index]) {
                    fill(index, BridgePages.endpointsMax)
                }
                return
            }
        }
    }

    private var freeName: String? {
        let taken = Set(pages.map(\.name))
        return (0..<BridgePages.pagesMax).map { BridgePages.name(base, $0) }
            .first { !taken.contains($0) }
    }
}

extension BridgePages.Page {
    /// The slice, with what `like` has beside addresses and ports.
    func slice(like: JSON) -> JSON {
        var slice = like
        slice.name = name
        slice["addressType"] = .string(family)
        slice["endpoints"] = endpoints
        slice["ports"] = .array(ports.map(\.object))
        return slice
    }

    /// What makes a slice hold this; nothing where it does.
    func patch(_ found: JSON) -> [JSON] {
        guard BridgePages.addresses(in: found) != addresses || SlicePort.all(in: found) != ports
        else { return [] }
        return [
            ["op": "add", "path": "/endpoints", "value": endpoints],
            ["op": "add", "path": "/ports", "value": .array(ports.map(\.object))],
        ]
    }

    private var endpoints: JSON {
        .array(
            addresses.map { address in
                ["addresses": [.string(address)], "conditions": ["ready": true]]
            }
        )
    }
}
