import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

@Suite struct PlanTextTests {
    @Test func `a plan reads like this`() throws {
        var estate = EstateFixture()
        estate.addWorkload("orders", host: "orders.example")
        estate.add(estate.object("v1", "Secret", "shop", "keys"))
        estate.file.ramp.weights = [.all]
        estate.target.room = Requests(cpu: 4_000, memory: 8 << 30, others: ["pods": 100])
        let plan = try estate.plan()
        #expect(
            PlanText.text(of: plan, digest: "sha256:0123") == """
                Migration shop
                  source  old (v1.25.0, uid-old)
                  target  new (v1.36.0, uid-new)
                  digest  sha256:0123
                  size    1 workload, 1 route, 43 steps; at most 10 cross at once

                Workloads, in the order in which they begin
                  Deployment shop/orders  15 steps  names shop/orders  routes orders.example

                Why in this order
                  What is called goes before what calls it, so that a request crosses the link once \
                at most.
                  All of them ask for 0m of processor, 0 MiB of memory, 2 pods; the target's nodes have \
                4000m of processor, 8192 MiB of memory, 100 pods left
                  - Deployment shop/orders: it calls nothing that crosses; users reach it, so it goes \
                last of those
                    then 0 calls of what crosses lead across the link, and 2 pods run at the target

                Prepare: nothing moves yet
                    1  Look at the clock of the source and at the certificates that are shown there
                       step   link/trust-at-source
                       until  the source's clock goes right, its certificates count for 18 s more
                       undo   Nothing to undo
                    2  Look at the clock of the target and at the certificates that are shown there
                       step   link/trust-at-target
                       until  the target's clock goes right, its certificates count for 18 s more
                       undo   Nothing to undo
                    3  Create the namespace shop at the target
                       step   foundation/shop/namespace
                       undo   Delete it, if it is the one that was created; it stays around volume claims
                    4  Let a Job listen at the target, by the name shop/diolkos-link-local
                       step   bridges/link/listen-at-target
                       until  somebody listens at the target
                       undo   Delete the Job and its name
                    5  Send bytes from the source to the target and fetch some, to see how fast the link \
                is and whether it loses large packets
                       step   bridges/link/transfer-from-source
                       until  packets of full size went both ways when tried from the source
                       undo   Delete the Job that sent
                    6  Remove the Job that listened at the target, and its name
                       step   bridges/link/stop-listening-at-target
                       undo   Nothing to undo
                    7  Let a Job listen at the source, by the name shop/diolkos-link-local
                       step   bridges/link/listen-at-source
                       until  somebody listens at the source
                       undo   Delete the Job and its name
                    8  Send bytes from the target to the source and fetch some, to see how fast the link \
                is and whether it loses large packets
                       step   bridges/link/transfer-from-target
                       until  packets of full size went both ways when tried from the target
                       undo   Delete the Job that sent
                    9  Remove the Job that listened at the source, and its name
                       step   bridges/link/stop-listening-at-source
                       undo   Nothing to undo
                   10  Copy 1 Secret of shop to the target
                       step   foundation/shop/secrets
                       undo   Delete what was created there
                   11  Copy 1 Service of shop to the target
                       step   foundation/shop/services
                       undo   Delete what was created there
                   12  Create Service shop/orders-local at the source, which selects its pods
                       step   names/shop/orders/local-at-source
                       until  shop/orders-local has ready pods of its own at the source; 2000 \
                ms have passed
                       undo   Delete it
                   13  Create Service shop/orders-local at the target, which selects its pods
                       step   names/shop/orders/local-at-target
                       undo   Delete it
                   14  Lead shop/orders at the target to the source's orders-local
                       step   names/shop/orders/bridge-at-target
                       until  shop/orders leads across the bridge at the target
                       undo   Delete the slice that leads there
                   15  Create 1 Ingress of shop at the target, leading to local names
                       step   foundation/shop/ingresses
                       undo   Delete what was created there
                   16  Let the proxies and entries of both sites follow
                       step   foundation/settled
                       until  2000 ms have passed
                       undo   Nothing to undo
                   17  Try from the target to reach 1 name of shop across the bridge
                       step   bridges/shop/try-from-target
                       until  1 name of shop answered across the bridge when tried from the target
                       undo   Delete the Job that tried
                   18  Try from the source whether the target can be reached, before anybody is there
                       step   bridges/link/try-from-source
                       until  the target was reached when tried from the source
                       undo   Delete the Job that tried
                   19  Lead Ingress shop/orders at the source to local names
                       step   entries/shop/orders/to-local-names
                       until  2000 ms have passed
                       undo   Give it its Services back

                Cross: each workload by itself, several at once
                   20  Lead the bridges at the source to where the other site is reached now
                       step   bridges/shop/orders/refresh-at-source-begin
                       undo   Nothing to undo: where they led before may be gone
                   21  Lead the bridges at the target to where the other site is reached now
                       step   bridges/shop/orders/refresh-at-target-begin
                       undo   Nothing to undo: where they led before may be gone
                   22  Create Deployment shop/orders at the target with 0 replicas
                       step   workloads/shop/orders/create
                       undo   Delete what was created there
                   23  Scale Deployment shop/orders at the target up to 2, or as many as the \
                source has
                       step   workloads/shop/orders/scale-up
                       once   nobody else has changed Deployment shop/orders at the target
                       until  Deployment shop/orders is ready at the target; shop/orders-local \
                has ready pods of its own at the target; 2000 ms have passed
                       undo   Scale it back and wait until its pods are gone
                   24  Ask Deployment shop/orders at the target through its local names
                       step   workloads/shop/orders/probe
                       until  shop/orders answers / at the target
                       undo   Nothing to undo
                   25  Try from the source to reach orders of shop at the target
                       step   bridges/shop/orders/try-from-source
                       until  1 name of shop answered across the bridge when tried from the source
                       undo   Delete the Job that tried
                   26  Ask the target's entry for orders.example
                       step   routes/orders.example/probe
                       until  the target's entry answers orders.example/
                       undo   Nothing to undo
                   27  Send 100 % of orders.example to the target
                       step   routes/orders.example/weight-100
                       once   nobody else has changed Deployment shop/orders at the target
                       until  100 % of orders.example is seen at the target over 2000 ms, \
                within its limits
                       undo   Give back the weight that was recorded before
                   28  Let shop/orders at the target select its own pods too
                       step   names/shop/orders/select-at-target
                       once   nobody else has changed Deployment shop/orders at the target
                       until  shop/orders has ready pods of its own at the target; 2000 ms have \
                passed
                       undo   Take the selector and what it left behind away
                   29  Lead shop/orders at the target to its own pods only
                       step   names/shop/orders/unbridge-at-target
                       until  shop/orders has ready pods of its own at the target
                       undo   Put the slice back that leads to the source
                   30  Lead shop/orders at the source to the target's orders-local too
                       step   names/shop/orders/bridge-at-source
                       until  shop/orders leads across the bridge at the source; 2000 ms have \
                passed
                       undo   Delete the slice that leads there
                   31  Stop shop/orders at the source from selecting its own pods
                       step   names/shop/orders/unselect-at-source
                       until  shop/orders leads across the bridge at the source; 2000 ms have \
                passed
                       undo   Give it its selector back and wait for its endpoints
                   32  Lead the bridges at the source to where the other site is reached now
                       step   bridges/shop/orders/refresh-at-source-end
                       undo   Nothing to undo: where they led before may be gone
                   33  Let what still runs at the source behind orders.example end, or count it after \
                300 s
                       step   routes/orders.example/drain
                       until  nothing of orders.example runs at the source any more, or 300 s have \
                passed
                       undo   Nothing to undo
                   34  Scale Deployment shop/orders at the source from 2 to 0
                       step   workloads/shop/orders/source-to-zero
                       once   nobody else has changed Deployment shop/orders at the target; \
                shop/orders leads to no pod of its own at the source any more; 100 % of \
                orders.example is seen at the target over 2000 ms, within its limits
                       until  Deployment shop/orders has no pod left at the source
                       asks   for your approval if anything still runs at the source by then
                       undo   Give it its recorded replicas back and wait until they are ready

                Finish: only when you say so, and from then on there is no way back
                   35  Lead Ingress shop/orders at the target to names again
                       step   finish/entries/shop/orders/to-names
                       until  2000 ms have passed
                       undo   Cannot be undone: it is made only when a person says finish
                   36  Delete 1 workload of shop at the source, whose work is done at the target by now
                       step   finish/source/shop/workloads
                       undo   Cannot be undone: it is made only when a person says finish
                   37  Take down the bridge of shop/orders at the source
                       step   finish/names/shop/orders/unbridge-at-source
                       undo   Cannot be undone: it is made only when a person says finish
                   38  Delete 1 Ingress of shop at the source
                       step   finish/source/shop/ingresses
                       undo   Cannot be undone: it is made only when a person says finish
                   39  Delete 1 Service of shop at the source, and local names
                       step   finish/source/shop/services
                       undo   Cannot be undone: it is made only when a person says finish
                   40  Delete the local names of shop at the target, which nothing leads to any \
                more
                       step   finish/target/shop/local-names
                       undo   Cannot be undone: it is made only when a person says finish
                   41  Delete 3 Jobs at the source that tried bridges
                       step   finish/source/trials
                       undo   Cannot be undone: it is made only when a person says finish
                   42  Delete 2 Jobs at the target that tried bridges
                       step   finish/target/trials
                       undo   Cannot be undone: it is made only when a person says finish
                   43  Take the marks of the run off 5 objects of shop at the target
                       step   finish/target/shop/marks
                       undo   Cannot be undone: it is made only when a person says finish

                What to know before saying yes
                  - \(EstateFixture.leadsToNodes)

                """
        )
    }

    @Test func `the summary has a line for each workload`() throws {
        let summary = PlanText.summary(of: try EstateFixture.rich.plan())
        #expect(
            summary.joined(separator: "\n") == """
                Deployment pay/ledger     12 steps                    names pay/ledger          \
                       no route
                Deployment shop/asleep    8 steps                     names shop/asleep         \
                       no route
                Deployment shop/stock     12 steps                    names shop/stock          \
                       no route
                Deployment shop/orders    12 steps                    names shop/orders         \
                       no route
                Deployment shop/cart      18 steps                    names shop/cart           \
                       routes cart.example
                Deployment shop/front     25 steps                    names shop/front, \
                shop/pictures  routes www.example
                Deployment shop/pictures  with Deployment shop/front
                Deployment shop/mailer    5 steps                     no name                   \
                       no route
                """
        )
    }
}

@Suite struct PlanDriftTests {
    private let estate = EstateFixture.rich

    @Test func `the sites that a plan was made for show no drift`() throws {
        let drift = PlanDrift.between(
            try estate.plan(),
            source: estate.source,
            target: estate.target
        )
        #expect(drift == [])
    }

    @Test func `what the file excludes is no newcomer, whatever the findings say`() throws {
        var estate = EstateFixture()
        estate.addWorkload("orders")
        estate.addWorkload("legacy")
        estate.file.workloads = [WorkloadRule(workload: workload("legacy"), isExcluded: true)]
        var plan = try estate.plan()
        #expect(plan.staying == [workload("legacy")])
        plan.findings = ["Deployment shop/newcomer is excluded and stays at the source."]
        #expect(PlanDrift.between(plan, source: estate.source, target: estate.target) == [])
        estate.addWorkload("newcomer")
        #expect(
            PlanDrift.between(plan, source: estate.source, target: estate.target)
                == ["Deployment shop/newcomer is new at the source."]
        )
    }

    @Test func `everything that has changed is told`() throws {
        let plan = try estate.plan()
        var now = estate
        now.source.site.version = "v1.26.0"
        now.target.site.identity = "uid-third"
        for index in now.source.objects.indices {
            let reference = now.source.objects[index].reference
            switch (reference.kind, reference.name) {
            case ("ConfigMap", "settings"): now.source.objects[index].seen.generation = 2
            case ("Secret", "settings"): now.source.objects[index].seen.uid = "another"
            // What only its status moved has not changed.
            case ("Deployment", "cart"): now.source.objects[index].seen.resourceVersion = "99"
            default: break
            }
        }
        now.source.objects.removeAll { $0.reference.kind == "Role" }
        now.source.services[0].ports = []
        now.addWorkload("newcomer")
        now.target.objects = [now.object("v1", "ServiceAccount", "shop", "settings")]
        #expect(
            PlanDrift.between(plan, source: now.source, target: now.target) == [
                "ConfigMap shop/settings was changed at the source.",
                "Deployment shop/newcomer is new at the source.",
                "Role shop/reader is no longer at the source.",
                "Secret shop/settings was deleted and made anew at the source.",
                "Service pay/ledger has another selector or other ports.",
                "ServiceAccount shop/settings is at the target now.",
                "The source has gone from v1.25.0 to v1.26.0.",
                "The target is another cluster than the plan was made for.",
            ]
        )
    }

    @Test func `the order is explained, with the calls across the link and the pods`() throws {
        var estate = EstateFixture()
        estate.addWorkload("front", replicas: 3, calls: ["orders", "stock"], host: "a.example")
        estate.addWorkload("orders", calls: ["stock"])
        estate.addWorkload("stock")
        estate.addWorkload("ping", calls: ["pong"])
        estate.addWorkload("pong", calls: ["ping"])
        estate.file.workloads = ["ping", "pong"].map {
            WorkloadRule(
                workload: WorkloadID(kind: "Deployment", namespace: "shop", name: $0),
                wave: 2
            )
        }
        let plan = try estate.plan()
        #expect(plan.order.map(\.lead.name) == ["stock", "orders", "front", "ping", "pong"])
        #expect(plan.order.map(\.callsAcross) == [2, 2, 0, 2, 0])
        #expect(plan.order.map(\.podsAtTarget) == [2, 4, 7, 9, 11])
        let text = PlanText.text(of: plan, digest: "0")
        #expect(text.contains("shop/orders: all that it calls has crossed before: shop/stock\n"))
        #expect(text.contains("  Wave 2\n  - Deployment shop/ping: it is stated to be of wave 2; "))
        #expect(text.contains("it calls shop/pong, which come later"))
    }
}
