import EmbeddedAPI
import EmbeddedControllers
import JSONValues
import KubernetesObjects
import Testing

/// What was observed on a real control plane while a Service was turned from its pods to a bridge
/// and back.
@Suite struct ServiceTurnTests {
    private static let bridge = """
        {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",
         "metadata":{"name":"a-bridge","namespace":"default",
         "labels":{"kubernetes.io/service-name":"a",
         "endpointslice.kubernetes.io/managed-by":"diolkos"}},
         "addressType":"IPv4","ports":[{"name":"web","port":30080,"protocol":"TCP"}],
         "endpoints":[{"addresses":["192.0.2.1"],"conditions":{"ready":true}}]}
        """

    private let world = ControlledCluster()

    /// The addresses in the Endpoints of `a`, ready ones first; nil when there are none.
    private var endpoints: [String]? {
        let object = world.get(.endpoints, "a")
        guard object != .null else { return nil }
        return (object["subsets"]?.array ?? []).flatMap { subset in
            (subset["addresses"]?.array ?? []).compactMap { $0["ip"]?.string }
        }
    }

    /// The ready addresses of the slices of `a`, by who manages them.
    private var slices: [String: [String]] {
        var found: [String: [String]] = [:]
        for slice in world.list(.endpointSlices)
        where slice.labels["kubernetes.io/service-name"] == "a" {
            let owner = slice.labels["endpointslice.kubernetes.io/managed-by"] ?? ""
            let addresses = (slice["endpoints"]?.array ?? [])
                .filter { $0.at("conditions", "ready")?.bool != false }
                .flatMap { $0["addresses"]?.array ?? [] }
                .compactMap(\.string)
            found[owner, default: []] += addresses
        }
        return found
    }

    private let controller = "endpointslice-controller.k8s.io"
    private let mirroring = "endpointslicemirroring-controller.k8s.io"

    private func setSelector(_ app: String?) throws {
        try world.change(.services, "a") {
            $0.set(app.map { ["app": .string($0)] }, at: "spec", "selector")
        }
        world.settle()
    }

    @Test func `each stage of a turn leaves what a real control plane leaves`() throws {
        try world.addNode("node-1")
        try world.create(Manifests.pod("a-1", app: "a"))
        world.settle()
        let address = try #require(world.get(.pods, "a-1").at("status", "podIP")?.string)

        try world.create(Manifests.service("a", selector: "a"))
        world.settle()
        #expect(endpoints == [address])
        #expect(slices == [controller: [address]])

        try world.create(Self.bridge)
        world.settle()
        #expect(endpoints == [address])
        #expect(slices == [controller: [address], "diolkos": ["192.0.2.1"]])

        try setSelector(nil)
        #expect(endpoints == [address])
        #expect(
            slices == [
                controller: [address], "diolkos": ["192.0.2.1"], mirroring: [address],
            ]
        )

        // The slice that is left behind no longer follows the pods.
        world.setReady(world.get(.pods, "a-1"), false)
        world.settle()
        #expect(slices[controller] == [address])
        world.setReady(world.get(.pods, "a-1"), true)

        try world.cluster.delete(.endpoints, namespace: "default", name: "a")
        world.settle()
        #expect(endpoints == nil)
        #expect(slices == [controller: [address], "diolkos": ["192.0.2.1"]])

        for slice in world.list(.endpointSlices)
        where slice.labels["endpointslice.kubernetes.io/managed-by"] == controller {
            try world.cluster.delete(
                .endpointSlices,
                namespace: "default",
                name: slice.name ?? ""
            )
        }
        world.settle()
        #expect(endpoints == nil)
        #expect(slices == ["diolkos": ["192.0.2.1"]])

        try setSelector("a")
        #expect(endpoints == [address])
        #expect(slices == [controller: [address], "diolkos": ["192.0.2.1"]])
    }

    @Test func `a pod whose node does not exist has an address but no endpoint`() throws {
        try world.create(Manifests.service("a", selector: "a"))
        try world.create(
            Manifests.pod("a-1", app: "a")
                .replacingFirst("\"spec\":{", with: "\"spec\":{\"nodeName\":\"ghost\",")
        )
        world.settle(for: .seconds(5))
        #expect(endpoints?.count == 1)
        #expect(slices == [controller: []])
    }

    @Test func `a service always has a slice, and it becomes the real one`() throws {
        try world.addNode("node-1", zone: "z1")
        try world.create(Manifests.service("a", selector: "a"))
        world.settle()
        let empty = try #require(world.list(.endpointSlices).first)
        #expect(empty["endpoints"]?.array?.isEmpty ?? true)
        #expect(empty.labels["tier"] == "front")
        #expect(empty.generateName == "a-")
        #expect(empty.controllerReference?["kind"] == "Service")
        try world.create(Manifests.pod("a-1", app: "a"))
        world.settle()
        let slices = world.list(.endpointSlices)
        #expect(slices.map(\.name) == [empty.name])
        let endpoint = slices[0]["endpoints"]?[0]
        #expect(endpoint?["nodeName"] == "node-1")
        #expect(endpoint?["zone"] == "z1")
        #expect(endpoint?.at("targetRef", "name") == "a-1")
        #expect(
            endpoint?["conditions"] == ["ready": true, "serving": true, "terminating": false]
        )
        #expect(slices[0]["ports"] == [["name": "web", "port": 8080, "protocol": "TCP"]])
    }

    @Test func `a pod that is not ready is listed and not ready, unless the service does not mind`()
        throws
    {
        try world.addNode("node-1")
        try world.create(Manifests.service("a", selector: "a"))
        try world.create(
            Manifests.service("b", selector: "a", more: "\"publishNotReadyAddresses\":true,")
        )
        try world.create(Manifests.pod("a-1", app: "a"))
        world.settle()
        world.setReady(world.get(.pods, "a-1"), false)
        world.settle()
        let ready = Dictionary(
            world.list(.endpointSlices).map {
                (
                    $0.labels["kubernetes.io/service-name"] ?? "",
                    $0["endpoints"]?[0]?.at("conditions", "ready")?.bool
                )
            },
            uniquingKeysWith: { first, _ in first }
        )
        #expect(ready == ["a": false, "b": true])
        let subset = world.get(.endpoints, "a")["subsets"]?[0]
        #expect(subset?["addresses"] == nil)
        #expect(subset?["notReadyAddresses"]?.array?.count == 1)
        #expect(world.get(.endpoints, "b")["subsets"]?[0]?["addresses"]?.array?.count == 1)
    }

    @Test func `no slice has more endpoints than the limit, and all pods have one`() throws {
        var configuration = ControllerConfiguration()
        configuration.endpointsPerSliceMax = 3
        let world = ControlledCluster(configuration: configuration)
        try world.addNode("node-1")
        try world.create(Manifests.service("a", selector: "a"))
        try world.create(Manifests.deployment("a", replicas: 8))
        world.settle()
        let counts = world.list(.endpointSlices).map { $0["endpoints"]?.array?.count ?? 0 }
        #expect(counts.reduce(0, +) == 8)
        #expect(counts.allSatisfy { $0 <= 3 })
        try world.change(.deployments, "a") { $0.set(1, at: "spec", "replicas") }
        world.settle()
        let left = world.list(.endpointSlices).map { $0["endpoints"]?.array?.count ?? 0 }
        #expect(left == [1])
    }

    @Test func `when a service goes, so do its endpoints and slices`() throws {
        try world.addNode("node-1")
        try world.create(Manifests.service("a", selector: "a"))
        try world.create(Manifests.pod("a-1", app: "a"))
        world.settle()
        try world.cluster.delete(.services, namespace: "default", name: "a")
        world.settle()
        #expect(endpoints == nil)
        #expect(slices == [:])
    }
}

extension String {
    fileprivate func replacingFirst(_ text: String, with other: String) -> String {
        guard let range = firstRange(of: text) else { return self }
        return replacingCharacters(in: range, with: other)
    }

    private func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
        String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
