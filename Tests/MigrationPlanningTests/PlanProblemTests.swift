import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

@Suite struct PlanProblemTests {
    private var estate: EstateFixture {
        var estate = EstateFixture()
        estate.addWorkload("orders", host: "orders.example")
        return estate
    }

    @Test func `the plain estate has no problem`() {
        #expect(estate.problems() == [])
    }

    @Test func `what a balancer's provider found stands in the way, or is told`() throws {
        func finding(_ severity: Finding.Severity) -> Finding {
            Finding(
                check: "route-owner",
                severity: severity,
                objects: ["HTTPRoute shop/web"],
                reason: "Argo CD keeps it",
                remedy: "pause Argo CD"
            )
        }
        var estate = estate
        estate.found = [finding(.note)]
        #expect(
            try estate.plan().findings.contains(
                "HTTPRoute shop/web: Argo CD keeps it; pause Argo CD."
            )
        )
        estate.found = [finding(.blocker)]
        #expect(estate.problems() == ["HTTPRoute shop/web: Argo CD keeps it; pause Argo CD"])
    }

    @Test func `every problem is told at once, sorted`() {
        var estate = estate
        estate.target.site.identity = "uid-old"
        estate.target.nodeAddresses = []
        estate.source.unreadable = ["secrets: forbidden"]
        estate.source.workloads[0].ties = ["the volume claim data"]
        estate.source.workloads[0].readyReplicas = 0
        estate.requested = [:]
        #expect(
            estate.problems() == [
                "Deployment shop/orders: it is tied to its site by the volume claim "
                    + "data; exclude it (callers at the target then reach it across the "
                    + "bridge), or free it from that",
                "Deployment shop/orders: none of its 2 replicas is ready at the source; "
                    + "mend it first, or exclude it",
                "context new: it is the same cluster as old; name two different clusters "
                    + "in spec.source and spec.target",
                "context new: no node with an address was seen, so no bridge can lead "
                    + "there; see that its nodes are registered and plan again",
                "context old: something could not be read: secrets: forbidden; grant "
                    + "what is missing and plan again",
                "route orders.example: the balancer has no route of this name; add it to "
                    + "the balancer, state in spec.traffic.routes what it is called there, or "
                    + "add its host to spec.traffic.ignoredHosts",
            ]
        )
    }

    @Test func `what is at the target already is refused, unless it is the same`() throws {
        var estate = estate
        estate.add(estate.object("v1", "ConfigMap", "shop", "same", digest: "d"))
        estate.add(estate.object("v1", "ConfigMap", "shop", "other", digest: "d"))
        estate.target.objects = [
            estate.object("v1", "Namespace", nil, "shop"),
            estate.object("v1", "ConfigMap", "shop", "same", digest: "d"),
            estate.object("v1", "ConfigMap", "shop", "other", digest: "e"),
            estate.object("apps/v1", "Deployment", "shop", "orders"),
        ]
        #expect(
            estate.problems() == [
                "ConfigMap shop/other: it is at the target already and differs from the "
                    + "source's; delete or rename it at the target, or make both the same",
                "Deployment shop/orders: it is at the target already, and nobody says that it "
                    + "may be taken over; delete or rename it at the target, or make both the "
                    + "same",
            ]
        )
    }

    @Test func `a namespace that crosses keeps its name, and others may have another one`() throws {
        var estate = estate
        estate.file.copy.transforms.namespaces = ["shop": "store", "infra": "base"]
        #expect(
            estate.problems() == [
                "Namespace shop: spec.copy.transforms.namespaces calls it store at the target, and "
                    + "what crosses keeps the name of its namespace; leave it out there; to copy "
                    + "under another name, write a file of its own for `diolkos copy`, without "
                    + "spec.traffic"
            ]
        )
        estate.file.copy.transforms.namespaces = ["infra": "base"]
        #expect(try !estate.plan().steps.isEmpty)
    }

    /// `orders` as a copy of the name made it at the target.
    private func copied(
        _ copy: String = "shop",
        digest: String? = "d",
        changes: [String] = []
    ) -> EstateFixture {
        var estate = estate
        for index in estate.source.objects.indices {
            estate.source.objects[index].contentDigest = "d"
        }
        var deployment = estate.object("apps/v1", "Deployment", "shop", "orders", digest: digest)
        deployment.copied = CopyTrace(copy: copy, changes: changes)
        estate.target.objects = [estate.object("v1", "Namespace", nil, "shop"), deployment]
        return estate
    }

    @Test func `what a copy of this migration made is taken over, and nothing else of a copy`()
        throws
    {
        let plan = try copied().plan()
        let step = try #require(plan.steps.first { $0.id.text == "workloads/shop/orders/create" })
        #expect(step.summary == "Take over Deployment shop/orders at the target with 0 replicas")
        #expect(step.undoSummary == "Give back what was taken over as it was found")
        #expect(
            plan.findings.contains(
                "What `diolkos copy` made at the target is taken over: Deployment shop/orders. A "
                    + "rollback gives it back as it is now, and after the finish it is no copy "
                    + "any more."
            )
        )
        #expect(
            copied("other").problems() == [
                "Deployment shop/orders: the copy \"other\" made it at the target, and this "
                    + "migration is called \"shop\"; take that copy away with `diolkos copy --undo "
                    + "--name other`, and copy with the migration's file"
            ]
        )
        #expect(
            copied(changes: [".spec.paused (kubectl-edit)"]).problems() == [
                "Deployment shop/orders: it was copied, and others have changed it at the target "
                    + "since: .spec.paused (kubectl-edit); take the change over into the source, "
                    + "delete the object at the target and copy again"
            ]
        )
    }

    @Test func `a copy of yesterday is refused, unless the file may explain the difference`() throws
    {
        var estate = copied(digest: "e")
        #expect(
            estate.problems() == [
                "Deployment shop/orders: it was copied, and differs from the source's as that is "
                    + "now; copy again and plan again; what a copy then calls unchanged, somebody "
                    + "has changed at the target: delete it there first"
            ]
        )
        estate.file.copy.transforms.images = [ImagePrefix(source: "a", target: "b")]
        #expect(
            try estate.plan().findings.contains(
                "Deployment shop/orders at the target differs from the source's, as what the file "
                    + "changes on the way may explain; `diolkos copy --dry-run` tells whether it is "
                    + "of today."
            )
        )
    }

    /// What a run that stopped in the middle leaves: copies that are the same, and much that is not.
    private func leftBehind(by run: RunID) -> EstateFixture {
        var estate = estate
        for number in 1...7 {
            let name = "settings-\(number)"
            estate.add(estate.object("v1", "ConfigMap", "shop", name, digest: "d"))
            estate.target.objects.append(
                estate.object("v1", "ConfigMap", "shop", name, digest: "d", markedBy: run)
            )
        }
        estate.target.objects += [
            estate.object("v1", "Namespace", nil, "shop", markedBy: run),
            estate.object("apps/v1", "Deployment", "shop", "orders", digest: "e", markedBy: run),
            estate.object("v1", "Service", "shop", "orders", digest: "e", markedBy: run),
        ]
        estate.addService("orders-local", selector: ["app": "orders"])
        estate.source.objects[estate.source.objects.count - 1].markedBy = run
        return estate
    }

    @Test func `a run that has not ended is named once, with all that it has in its hands`() {
        var estate = leftBehind(by: RunID("shop-1"))
        estate.target.runsUnderWay = [RunID("other"), RunID("shop-1")]
        // What is only so because the run is amid its work is no problem of its own.
        estate.source.workloads[0].readyReplicas = 0
        estate.requested[RouteID("orders.example")] = Weight(percent: 50)
        #expect(
            estate.problems() == [
                "run shop-1: it is under way, and has in its hands ConfigMap shop/settings-1, "
                    + "ConfigMap shop/settings-2, ConfigMap shop/settings-3, "
                    + "ConfigMap shop/settings-4, ConfigMap shop/settings-5 and 5 more at new; "
                    + "Service shop/orders-local at old; go on with it, roll it back or finish it "
                    + "where its journal is; if the journal is lost, delete at both sites what "
                    + "bears the label diolkos.dev/run=shop-1, give back by hand what its "
                    + "annotations say it changed, then delete its Lease in the namespace default"
            ]
        )
    }

    @Test func `what a run that is over left is in the way only where it is not the same`() {
        let estate = leftBehind(by: RunID("shop-1"))
        #expect(
            estate.problems() == [
                "run shop-1: it is over, and what it left is in the way: Deployment shop/orders, "
                    + "Service shop/orders at new; Service shop/orders-local at old; delete it if nothing uses it (it "
                    + "bears the label diolkos.dev/run=shop-1), or exclude what it stands for"
            ]
        )
    }

    @Test func `what an earlier migration brought to the source moves on`() throws {
        var estate = estate
        for index in estate.source.objects.indices {
            estate.source.objects[index].markedBy = RunID("shop-1")
        }
        #expect(estate.problems() == [])
        #expect(try estate.plan() == self.estate.plan())
    }

    @Test func `a namespace that is being deleted is refused before anything begins`() {
        var estate = estate
        estate.source.objects[0].isBeingDeleted = true
        var atTarget = estate.object("v1", "Namespace", nil, "shop")
        atTarget.isBeingDeleted = true
        estate.target.objects = [atTarget]
        let remedy =
            "wait until it is gone, or see in its conditions what holds it, and plan again"
        #expect(
            estate.problems() == [
                "Namespace shop: it is being deleted at new; \(remedy)",
                "Namespace shop: it is being deleted at old; \(remedy)",
            ]
        )
    }

    @Test func `the same object at the target is left alone and said to be there`() throws {
        var estate = estate
        estate.add(estate.object("v1", "ConfigMap", "shop", "same", digest: "d"))
        estate.target.objects = [
            estate.object("v1", "Namespace", nil, "shop", digest: "x"),
            estate.object("v1", "ConfigMap", "shop", "same", digest: "d"),
        ]
        let plan = try estate.plan()
        #expect(!plan.steps.contains { $0.id.text.contains("configmaps") })
        #expect(!plan.steps.contains { $0.id.text.contains("namespace") })
        #expect(
            plan.findings == [
                EstateFixture.leadsToNodes,
                "ConfigMap shop/same is at the target already and the same; it is left "
                    + "alone.",
                "Namespace shop is at the target already; it is used as it is, though "
                    + "its labels or annotations differ.",
            ]
        )
    }

    @Test func `a local name that is taken or too long is refused`() {
        var estate = estate
        estate.addService("orders-local", selector: ["app": "orders"])
        let long = String(repeating: "x", count: 58)
        estate.addWorkload(long)
        #expect(
            estate.problems() == [
                "Service shop/orders-local: it is in the way of the local name of "
                    + "shop/orders at old; rename it",
                "Service "
                    + "shop/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: its "
                    + "local name "
                    + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-local would "
                    + "have more than 63 letters; exclude what is behind it, or give it a "
                    + "shorter name",
            ]
        )
    }

    @Test func `names that cannot be bridged are refused where something needs them`() {
        var estate = estate
        estate.addWorkload("peers", calls: ["manual"], hasService: false)
        estate.addService("peers", isHeadless: true, selector: ["app": "peers"])
        estate.addService("manual", selector: [:])
        #expect(
            estate.problems() == [
                "Deployment shop/peers: it calls shop/manual, which would not answer at "
                    + "the target; give Service shop/manual an address and a selector, or "
                    + "exclude the workload",
                "Deployment shop/peers: no Service leads to it, so it works by itself, "
                    + "and whether both sites may run it at once is not known; state "
                    + "activation: shared or exclusive for it in spec.workloads",
                "Service shop/peers: it is headless, so its callers dial pods and not a "
                    + "name, and what is behind it crosses; if nobody needs to reach a pod of the "
                    + "other site by its own name, say who knows that and why in podNames of each "
                    + "workload behind it; or give it an address (a Service of type ClusterIP), or "
                    + "exclude what is behind it",
            ]
        )
    }

    @Test func `a name that is answered on its own node only cannot be bridged`() {
        var estate = estate
        estate.addWorkload("agent")
        for index in estate.source.services.indices
        where estate.source.services[index].name.name == "agent" {
            estate.source.services[index].keepsToNode = true
        }
        #expect(
            estate.problems().contains(
                "Service shop/agent: its internalTrafficPolicy is Local, and a bridge has an "
                    + "endpoint on no node, and what is behind it crosses; give it an address (a "
                    + "Service of type ClusterIP), or exclude what is behind it"
            )
        )
    }

    @Test func `a workload without a name must say whether it may run twice`() {
        var estate = estate
        estate.addWorkload("worker", hasService: false)
        #expect(
            estate.problems() == [
                "Deployment shop/worker: no Service leads to it, so it works by itself, "
                    + "and whether both sites may run it at once is not known; state "
                    + "activation: shared or exclusive for it in spec.workloads"
            ]
        )
        estate.file.workloads = [WorkloadRule(workload: workload("worker"), activation: .shared)]
        #expect(estate.problems() == [])
    }

    @Test func `routes that cannot move say why`() {
        var estate = estate
        estate.addWorkload("front", host: "front.example")
        estate.addService("database", selector: ["app": "database"])
        estate.addEntry(
            "half",
            rules: [("half.example", "/", "front"), ("half.example", "/d", "database")]
        )
        estate.addEntry("bare", rules: [(nil, "/", "front")])
        estate.addEntry(
            "lost",
            rules: [("lost.example", "/", "front"), ("lost.example", "/x", "nowhere")]
        )
        estate.requested[RouteID("orders.example")] = Weight(percent: 30)
        estate.requested[RouteID("front.example")] = nil
        #expect(
            estate.problems() == [
                "Ingress shop/bare: it leads to shop/front without a host, so no route "
                    + "tells its requests; state a route with service: shop/front, or add "
                    + "\"*\" to spec.traffic.ignoredHosts",
                "route front.example: the balancer has no route of this name (it has "
                    + "half.example, lost.example, orders.example); add it to the balancer, "
                    + "state in spec.traffic.routes what it is called there, or add its host "
                    + "to spec.traffic.ignoredHosts",
                "route half.example: it leads to Service shop/database, which stays, and "
                    + "to others that cross, and a route has one weight; give them hosts of "
                    + "their own, or exclude what is behind it",
                "route lost.example: it leads to Service shop/nowhere, which is not at "
                    + "the source; correct the Ingress or the route",
                "route orders.example: it sends 30 % to the target before anything has "
                    + "crossed; give the target the weight 0 first",
            ]
        )
    }

    @Test func `a host that is ignored or stated otherwise is no problem`() throws {
        var estate = EstateFixture()
        estate.addWorkload("a", host: "a.example")
        estate.addWorkload("b", host: "b.example")
        estate.addEntry("bare", rules: [(nil, "/", "a")])
        estate.requested = [RouteID("be_b"): .none, RouteID("spare"): .none]
        estate.file.traffic?.ignoredHosts = ["*", "a.example"]
        estate.file.traffic?.routes = [RouteRule(route: RouteID("be_b"), host: "b.example")]
        let plan = try estate.plan()
        #expect(plan.steps.contains { $0.id.text == "routes/be_b/weight-25" })
        #expect(
            plan.findings == [
                EstateFixture.leadsToNodes,
                "The balancer's route spare is not part of this migration.",
                "The host a.example of Ingress shop/a is ignored, as stated.",
                "What Ingress shop/bare serves without a host is ignored, as stated.",
            ]
        )
    }

    @Test func `names in the file that are not at the source are refused`() {
        var estate = estate
        estate.file.workloads = [
            WorkloadRule(workload: workload("orders"), after: [workload("lost")]),
            WorkloadRule(workload: workload("gone"), isExcluded: true),
        ]
        #expect(
            estate.problems() == [
                "Deployment shop/gone: the migration file names it, and it is not at the "
                    + "source; correct its name, or leave it out of the file",
                "Deployment shop/lost: the migration file names it, and it is not at the "
                    + "source; correct its name, or leave it out of the file",
            ]
        )
    }

    @Test func `orders that sharing makes impossible are refused`() {
        var estate = EstateFixture()
        estate.addWorkload("a")
        estate.addWorkload("b")
        estate.addWorkload("c")
        estate.addEntry("web", rules: [("w.example", "/a", "a"), ("w.example", "/b", "b")])
        estate.file.workloads = [
            WorkloadRule(workload: workload("b"), after: [workload("c")]),
            WorkloadRule(workload: workload("c"), after: [workload("a")]),
        ]
        #expect(
            estate.problems() == [
                "Deployment shop/a: it comes after Deployment shop/c, which can only "
                    + "begin when it has crossed itself: workloads that share a route or a "
                    + "Service cross together, and in the highest of their waves; change after "
                    + "or wave of one of them",
                "Deployment shop/c: it comes after Deployment shop/a, which can only "
                    + "begin when it has crossed itself: workloads that share a route or a "
                    + "Service cross together, and in the highest of their waves; change after "
                    + "or wave of one of them",
            ]
        )
    }

    @Test func `shared and exclusive cannot hang on one route`() {
        var estate = EstateFixture()
        estate.addWorkload("a")
        estate.addWorkload("b")
        estate.addEntry("web", rules: [("w.example", "/a", "a"), ("w.example", "/b", "b")])
        estate.file.workloads = [WorkloadRule(workload: workload("b"), activation: .exclusive)]
        #expect(
            estate.problems() == [
                "Deployment shop/b: it is exclusive, and Deployment shop/a, with which "
                    + "it shares a route or a Service, is not; state the same activation for "
                    + "both, or give them routes of their own"
            ]
        )
    }

    @Test func `a binding to a cluster role that is not at the target is refused`() {
        var estate = estate
        var binding = estate.object("rbac.authorization.k8s.io/v1", "RoleBinding", "shop", "b")
        let role = estate.object("rbac.authorization.k8s.io/v1", "ClusterRole", nil, "auditor")
        binding.refersTo = [role.reference]
        estate.add(binding)
        estate.target.objects = [
            estate.object("rbac.authorization.k8s.io/v1", "ClusterRole", nil, "view")
        ]
        #expect(
            estate.problems() == [
                "RoleBinding shop/b: it refers to ClusterRole auditor, which is not at "
                    + "the target; create the cluster role there: what belongs to no namespace "
                    + "is not copied"
            ]
        )
        estate.target.objects.append(role)
        #expect(estate.problems() == [])
    }

    @Test func `one Service before a mover and a stayer is refused`() {
        var estate = estate
        estate.addWorkload("canary", hasService: false)
        let index = estate.source.workloads.count - 1
        estate.source.workloads[index].podLabels = ["app": "orders", "track": "canary"]
        estate.file.workloads = [WorkloadRule(workload: workload("canary"), isExcluded: true)]
        #expect(
            estate.problems() == [
                "Service shop/orders: it leads to Deployment shop/orders, which crosses, "
                    + "and to Deployment shop/canary, which is excluded; exclude both or none"
            ]
        )
    }
}
