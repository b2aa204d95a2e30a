import JSONValues
import Testing
import Twin

@Suite struct DemoEstateTests {
    private let byName = Dictionary(
        uniqueKeysWithValues: DemoEstate.services.map { ("\($0.name).\($0.namespace)", $0) }
    )

    @Test func `it has fifty services in five namespaces`() {
        #expect(DemoEstate.services.count == 50)
        #expect(Set(DemoEstate.services.map(\.namespace)) == Set(DemoEstate.namespaces))
        #expect(DemoEstate.hosts.count == 15)
    }

    @Test func `it has a workload of each other kind beside them`() {
        let kinds = Dictionary(grouping: DemoEstate.manifests) { $0["kind"]?.string ?? "" }
        #expect(kinds["Deployment"]?.count == 51)
        #expect(kinds["StatefulSet"]?.count == 1)
        #expect(kinds["CronJob"]?.count == 1)
        #expect(kinds["Service"]?.count == 51, "the consumer has none")
    }

    @Test func `every call leads to a service that stands further down`() {
        for (index, service) in DemoEstate.services.enumerated() {
            for call in service.calls {
                let callee = DemoEstate.services.firstIndex { "\($0.name).\($0.namespace)" == call }
                #expect(callee.map { $0 > index } == true, "\(service.name) calls \(call)")
            }
        }
    }

    @Test func `calls go at least four deep and at most five stand behind a request`() {
        let fronts = DemoEstate.services.filter { $0.host != nil }
        #expect((fronts.map(depth).max() ?? 0) >= 4)
        for front in fronts { #expect(callCount(front) <= 5, "\(front.name)") }
        let called = Set(DemoEstate.services.flatMap(\.calls))
        for service in DemoEstate.services where service.host == nil {
            #expect(
                called.contains("\(service.name).\(service.namespace)"),
                "\(service.name) idles"
            )
        }
    }

    private func depth(_ service: DemoEstate.Service) -> Int {
        service.calls.compactMap { byName[$0] }.map { depth($0) + 1 }.max() ?? 0
    }

    private func callCount(_ service: DemoEstate.Service) -> Int {
        service.calls.compactMap { byName[$0] }.map { callCount($0) + 1 }.reduce(0, +)
    }
}
