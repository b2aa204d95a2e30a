import Clocks
import EmbeddedAPI
import JSONValues
import Testing

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// What a node reads out of a Pod, and how it chooses.
@Suite struct PodTests {
    private func pod(
        annotations: [String: String] = [:],
        environment: [String: String] = [:]
    ) throws -> PodPlan {
        let estate = Estate("source", seed: 1)
        try estate.addNamespace("shop")
        try estate.addPod(
            "web-abc-1",
            of: "web",
            in: "shop",
            annotations: annotations,
            environment: environment,
            readinessDelay: 7,
            grace: 12
        )
        let object = try #require(
            estate.cluster.get(.pods, namespace: "shop", name: "web-abc-1")
        )
        return try #require(PodPlan(object))
    }

    @Test func `a plan says who the pod is and how it behaves`() throws {
        let plan = try pod(annotations: [
            TwinAnnotation.calls: "cart.shop, users.accounts:8080",
            TwinAnnotation.latency: "5ms",
            TwinAnnotation.slowShare: "250/1000",
        ])
        #expect(plan.workloadID == "shop/web")
        #expect(
            plan.calls.map(\.name) == [
                ServiceName("cart.shop"), ServiceName("users.accounts:8080"),
            ]
        )
        #expect(plan.calls.allSatisfy { !$0.isSurmised })
        #expect(plan.latency.usual == .milliseconds(5))
        #expect(plan.latency.slow == .milliseconds(250))
        #expect(plan.latency.slowShare == 0.25)
        #expect(plan.ports == [8080])
        #expect(plan.readinessDelay == .seconds(7))
        #expect(plan.gracePeriod == .seconds(12))
        #expect(plan.runTime == nil)
    }

    @Test func `calls are surmised from the environment when nothing else says them`() throws {
        let plan = try pod(environment: [
            "CART_SERVICE_ADDR": "cartservice:7070", "AGAIN": "cartservice:7070",
            "URL": "http://cart:80", "PORT": "8080", "TIME": "10:30",
        ])
        #expect(plan.calls.map(\.text) == ["cartservice:7070"])
        #expect(plan.calls.map(\.isSurmised) == [true])
        let silent = try pod(
            annotations: [TwinAnnotation.calls: ""],
            environment: ["CART_SERVICE_ADDR": "cartservice:7070"]
        )
        #expect(silent.calls.isEmpty)
    }

    @Test func `durations are read as Go writes them`() {
        #expect(Duration(written: "5ms") == .milliseconds(5))
        #expect(Duration(written: "1.5s") == .milliseconds(1_500))
        #expect(Duration(written: "2m") == .seconds(120))
        for text in ["", "5", "ms", "5 ms", "-5ms", "5h"] {
            #expect(Duration(written: text) == nil, "\(text)")
        }
    }

    @Test func `a path that takes the same call twice is a loop, and so is a very long one`() {
        #expect(!PodPath(header: nil).isLoop(at: "a"))
        #expect(!PodPath(header: "a,b").isLoop(at: "a"))
        #expect(!PodPath(header: "a,b,a").isLoop(at: "c"))
        #expect(PodPath(header: "a,b,a").isLoop(at: "b"))
        #expect(!PodPath(header: "a").isLoop(at: "a"))
        #expect(PodPath(header: "a,a").isLoop(at: "a"))
        let long = (0..<16).map { "w\($0)" }.joined(separator: ",")
        #expect(PodPath(header: long).isLoop(at: "x"))
        #expect(PodPath(header: nil).header(through: "a") == "a")
        #expect(PodPath(header: "a,b").header(through: "c") == "a,b,c")
    }

    @Test func `pods go to the least loaded node that they may run on`() {
        let nodes = (1...3).map { TwinNode(site: .source, number: $0, podsMax: 2) }
        var scheduler = PodScheduler(nodes: nodes, podsMax: 2)
        let names = (1...6).map { scheduler.choose(uid: "\($0)", demand: NodeDemand())?.name }
        #expect(names.prefix(3) == ["source-node-1", "source-node-2", "source-node-3"])
        #expect(Set(names).count == 3)
        func choose(_ uid: String, _ selector: [String: String] = [:]) -> String? {
            scheduler.choose(uid: uid, demand: NodeDemand(selector: selector))?.name
        }
        let overflow = choose("7")
        #expect(overflow == nil)
        scheduler.remove(uid: "2")
        let refill = choose("7")
        #expect(refill == names[1])
        scheduler.remove(uid: "3")
        let linux = choose("8", ["beta.kubernetes.io/os": "linux"])
        #expect(linux == "source-node-3")
        scheduler.remove(uid: "8")
        let disk = choose("9", ["disk": "ssd"])
        #expect(disk == nil)
    }

    @Test func `a pod is bound to the node that its affinity names`() {
        let nodes = (1...3).map { TwinNode(site: .source, number: $0, podsMax: 2) }
        var scheduler = PodScheduler(nodes: nodes, podsMax: 2)
        func choose(_ uid: String, _ term: JSON) -> String? {
            let pod: JSON = [
                "spec": [
                    "affinity": [
                        "nodeAffinity": [
                            "requiredDuringSchedulingIgnoredDuringExecution": [
                                "nodeSelectorTerms": [term]
                            ]
                        ]
                    ]
                ]
            ]
            return scheduler.choose(uid: uid, demand: NodeDemand(pod))?.name
        }
        func field(_ relation: JSON, _ value: JSON) -> JSON {
            ["matchFields": [["key": "metadata.name", "operator": relation, "values": [value]]]]
        }
        // As a DaemonSet's pods ask for their nodes.
        let third = choose("1", field("In", "source-node-3"))
        #expect(third == "source-node-3")
        let notFirst = choose("2", field("NotIn", "source-node-1"))
        #expect(notFirst == "source-node-2")
        let nobody = choose("3", field("In", "target-node-1"))
        #expect(nobody == nil)
        let zone: JSON = ["key": "topology.kubernetes.io/zone", "operator": "Exists"]
        let anywhere = choose("4", ["matchExpressions": [zone]])
        #expect(anywhere == "source-node-1")
        let empty = choose("5", [:])
        #expect(empty == nil)
    }

    @Test func `a node that is cordoned or tainted takes only who puts up with it`() {
        let tolerant: JSON = ["key": "team", "operator": "Equal", "value": "blue"]
        let pod: JSON = ["spec": ["tolerations": [tolerant]]]
        func taint(_ value: JSON, _ effect: JSON) -> JSON {
            ["taints": [["key": "team", "value": value, "effect": effect]]]
        }
        let demand = NodeDemand(pod)
        #expect(demand.accepts(taint("blue", "NoSchedule")))
        #expect(!demand.accepts(taint("red", "NoSchedule")))
        #expect(demand.accepts(taint("red", "PreferNoSchedule")))
        #expect(!demand.accepts(["unschedulable": true]))
        #expect(
            NodeDemand(["spec": ["tolerations": [["operator": "Exists"]]]]).accepts(
                ["unschedulable": true]
            )
        )
        #expect(NodeDemand().accepts(nil))
        let nodes = (1...2).map { TwinNode(site: .source, number: $0, podsMax: 2) }
        var scheduler = PodScheduler(nodes: nodes, podsMax: 2)
        let other = scheduler.choose(uid: "1", demand: demand, excluded: ["source-node-1"])
        #expect(other?.name == "source-node-2")
    }

    @Test func `addresses are read strictly`() {
        #expect(TwinAddress("10.1.2.3") == TwinAddress(10, 1, 2, 3))
        #expect(TwinAddress(10, 2, 255, 1).description == "10.2.255.1")
        for text in ["", "10.1.2", "10.1.2.3.4", "10.1.2.256", "10.1.2.+3", "a.b.c.d", "10..1.2"] {
            #expect(TwinAddress(text) == nil, "\(text)")
        }
    }

    @Test func `a pause ends early when the pod's fate goes on`() async {
        let fate = PodFate()
        let time = ManualTime()
        async let paused = fate.pause(.seconds(60), unless: .terminating, time: time)
        while time.sleeperCount == 0 { await Task.yield() }
        fate.advance(to: .terminating, grace: .seconds(5))
        #expect(await paused == false)
        #expect(fate.grace == .seconds(5))
        fate.advance(to: .living)
        #expect(fate.stage == .terminating)
        async let whole = fate.pause(.seconds(60), unless: .gone, time: time)
        while time.sleeperCount == 0 { await Task.yield() }
        time.advance(by: .seconds(60))
        #expect(await whole)
    }
}
