import MigrationFile
import MigrationModel
import MigrationPlanning

/// A small estate that tests describe in a few words.
struct EstateFixture {
    var file = MigrationFile(
        name: "shop",
        source: SiteAddress(context: "old"),
        target: SiteAddress(context: "new", entry: "http://127.0.0.1:8082"),
        namespaces: ["shop"],
        traffic: TrafficRule(balancer: .twin(url: "http://127.0.0.1:9000", front: nil))
    )
    var source = SiteInventory(
        site: PlannedSite(context: "old", identity: "uid-old", version: "v1.25.0"),
        nodeAddresses: ["10.0.0.1"]
    )
    var target = SiteInventory(
        site: PlannedSite(context: "new", identity: "uid-new", version: "v1.36.0"),
        nodeAddresses: ["10.1.0.1"]
    )
    var requested: [RouteID: Weight] = [:]
    /// What the balancer's provider found.
    var found: [Finding] = []

    init(namespaces: [String] = ["shop"]) {
        file.namespaces = namespaces
        file.ramp.limits.soakMilliseconds = 2_000
        for namespace in namespaces {
            add(object("v1", "Namespace", nil, namespace))
        }
    }

    /// A Deployment with a Service of its name that selects it.
    mutating func addWorkload(
        _ name: String,
        in namespace: String = "shop",
        replicas: Int = 2,
        calls: [String] = [],
        host: String? = nil,
        hasService: Bool = true
    ) {
        let record = object("apps/v1", "Deployment", namespace, name)
        add(record)
        source.workloads.append(
            WorkloadRecord(
                id: workload(name, in: namespace),
                seen: record.seen,
                replicas: replicas,
                readyReplicas: replicas,
                podLabels: ["app": name],
                calls: calls.map {
                    CallRecord(
                        service: ServiceName(namespace: namespace, name: $0),
                        evidence: "env \($0)"
                    )
                }
            )
        )
        if hasService { addService(name, in: namespace, selector: ["app": name]) }
        if let host { addEntry(name, in: namespace, rules: [(host, "/", name)]) }
    }

    mutating func addService(
        _ name: String,
        in namespace: String = "shop",
        type: String = "ClusterIP",
        isHeadless: Bool = false,
        selector: [String: String]
    ) {
        let record = object("v1", "Service", namespace, name)
        add(record)
        source.services.append(
            ServiceRecord(
                name: ServiceName(namespace: namespace, name: name),
                seen: record.seen,
                type: type,
                isHeadless: isHeadless,
                selector: selector,
                ports: [ServicePort(name: "http", port: 80)]
            )
        )
    }

    /// An Ingress; the balancer has a route for each of its hosts.
    mutating func addEntry(
        _ name: String,
        in namespace: String = "shop",
        rules: [(host: String?, path: String, service: String)]
    ) {
        let record = object("networking.k8s.io/v1", "Ingress", namespace, name)
        add(record)
        source.entries.append(
            EntryRecord(
                reference: record.reference,
                seen: record.seen,
                rules: rules.map { EntryRule(host: $0.host, path: $0.path, service: $0.service) }
            )
        )
        for host in rules.compactMap(\.host) { requested[RouteID(host)] = Weight.none }
    }

    mutating func add(_ record: ObjectRecord) { source.objects.append(record) }

    func object(
        _ apiVersion: String,
        _ kind: String,
        _ namespace: String?,
        _ name: String,
        digest: String? = nil,
        markedBy: RunID? = nil
    ) -> ObjectRecord {
        ObjectRecord(
            reference: ObjectReference(
                apiVersion: apiVersion,
                kind: kind,
                namespace: namespace,
                name: name
            ),
            seen: ObjectSeen(uid: "uid-\(kind)-\(name)", resourceVersion: "7", generation: 1),
            contentDigest: digest,
            markedBy: markedBy
        )
    }

    func plan() throws(PlanningError) -> Plan {
        try MigrationPlanner.plan(
            file,
            source: source,
            target: target,
            requested: requested,
            findings: found
        )
    }

    /// The messages of a plan that cannot be made; empty when it can.
    func problems() -> [String] {
        do {
            _ = try plan()
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}

func workload(_ name: String, in namespace: String = "shop") -> WorkloadID {
    WorkloadID(kind: "Deployment", namespace: namespace, name: name)
}

extension EstateFixture {
    /// What every plan says whose bridges lead to nodes.
    static let leadsToNodes =
        "Bridges lead to the nodes of the other site that are ready. The run looks at them anew before "
        + "each workload crosses and before its source is emptied; at other times a bridge goes on as "
        + "long as one of those nodes lives."

    /// A chain of calls, a shared host, an exclusive worker, a stayer, a copy of each kind.
    static var rich: EstateFixture {
        var estate = EstateFixture(namespaces: ["pay", "shop"])
        estate.addWorkload("ledger", in: "pay")
        estate.addWorkload("stock", calls: ["database"])
        estate.addWorkload("orders", calls: ["stock"])
        estate.addWorkload("cart", calls: ["stock"], host: "cart.example")
        estate.addWorkload("front", calls: ["orders", "cart"])
        estate.addWorkload("pictures")
        estate.addEntry(
            "front",
            rules: [("www.example", "/", "front"), ("www.example", "/pictures", "pictures")]
        )
        estate.addWorkload("mailer", replicas: 1, hasService: false)
        estate.addWorkload("asleep", replicas: 0)
        estate.addService("database", selector: ["app": "database"])
        estate.add(estate.object("apps/v1", "StatefulSet", "shop", "database"))
        for kind in ["ConfigMap", "Secret", "ServiceAccount"] {
            estate.add(estate.object("v1", kind, "shop", "settings"))
        }
        for kind in ["Role", "RoleBinding"] {
            estate.add(estate.object("rbac.authorization.k8s.io/v1", kind, "shop", "reader"))
        }
        let scaler = estate.object("autoscaling/v2", "HorizontalPodAutoscaler", "shop", "cart")
        let budget = estate.object("policy/v1", "PodDisruptionBudget", "shop", "cart")
        for record in [scaler, budget] {
            estate.add(record)
            let index = estate.source.workloads.firstIndex { $0.id == workload("cart") }
            if let index { estate.source.workloads[index].attendants.append(record.reference) }
        }
        estate.file.workloads = [
            WorkloadRule(workload: workload("mailer"), activation: .exclusive, wave: 2),
            WorkloadRule(workload: workload("orders"), after: [workload("ledger", in: "pay")]),
        ]
        return estate
    }
}
