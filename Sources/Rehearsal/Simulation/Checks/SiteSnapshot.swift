import EmbeddedAPI
import JSONValues
import KubernetesObjects
import MigrationModel

/// All that a site holds, of every kind, in a form in which it can be compared.
///
/// What has a name that people gave is compared field by field. What controllers name at random, and
/// addresses that pods get anew, are told by what they stand for: a pod by its owner, an endpoint by
/// the owner of its pod.
package struct SiteSnapshot: Sendable {
    /// By kind, namespace and name, or by what stands for a name.
    package let objects: [String: JSON]
    /// Which incarnation stands behind a name that people gave.
    private let incarnations: [String: String]

    /// `objects` are those of every kind, as the site's server shows them.
    package init(_ objects: [JSON]) {
        let portrait = Portrait(objects)
        var shown: [String: JSON] = [:]
        var incarnations: [String: String] = [:]
        var counts: [String: Int] = [:]
        let drawn = objects.compactMap(portrait.show).sorted {
            // What is written is asked for among equals only: it is dear.
            $0.key == $1.key ? $0.text < $1.text : $0.key < $1.key
        }
        for object in drawn {
            var key = object.key
            if object.isNamedAtRandom {
                counts[key, default: 0] += 1
                key += " #\(counts[key, default: 0])"
            } else {
                incarnations[key] = object.uid
            }
            shown[key] = object.json
        }
        self.objects = shown
        self.incarnations = incarnations
    }

    /// Every object that came, went or was replaced, and every field that means something else;
    /// sorted.
    ///
    /// Two worlds give other uids, and draw other addresses and ports: `isOtherWorld` puts those
    /// aside, and how often a run was driven.
    package func differences(
        to later: SiteSnapshot,
        isOtherWorld: Bool = false
    ) -> [String] {
        let names = Set(objects.keys).union(later.objects.keys).sorted()
        return names.flatMap { name -> [String] in
            guard var old = objects[name] else { return ["\(name) came"] }
            guard var new = later.objects[name] else { return ["\(name) went"] }
            if isOtherWorld {
                old = old.withoutWhatIsDrawn
                new = new.withoutWhatIsDrawn
            } else if incarnations[name] != later.incarnations[name] {
                return ["\(name) was replaced by another of its name"]
            }
            let schema = old.groupVersionKind.flatMap { SchemaCatalog.builtIn.schema(for: $0) }
            return SemanticDiff.differences(from: old, to: new, schema: schema).map { difference in
                let values = [difference.source, difference.target].map { $0?.text() ?? "nothing" }
                return "\(name) \(difference): \(values[0]) became \(values[1])"
            }
        }
    }

    /// The names of all that bears a mark of a run or lies on a bridge or a local name, sorted.
    package var traces: [String] {
        objects.filter { name, object in
            object.text().contains("\"diolkos.dev") || name.hasSuffix("-local")
                || name.hasSuffix("-bridge")
        }.map(\.key).sorted()
    }

    /// The same, but for what is as it was `before` to the last letter: copies that nothing has touched are
    /// copies still.
    package func traces(since before: SiteSnapshot) -> [String] {
        traces.filter { before.objects[$0] != objects[$0] }
    }
}

/// An object as a snapshot shows it.
private struct Shown {
    let key: String
    let json: JSON
    let uid: String?
    let isNamedAtRandom: Bool

    var text: String { json.text() }
}

/// Puts names that last in the place of names and addresses that were drawn.
private struct Portrait {
    /// Tells when something last happened, not what is there.
    private static let timeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time"
    private static let countsOfStatus = [
        "replicas", "readyReplicas", "availableReplicas", "updatedReplicas",
    ]

    /// By address, the owner of the pod that has it.
    private let ownersByAddress: [String: String]
    /// The Jobs that a run has made, by namespace and name: only their pods last as it does.
    private let jobsOfRuns: Set<String>

    init(_ objects: [JSON]) {
        var owners: [String: String] = [:]
        for pod in objects where pod.kind == "Pod" {
            guard let address = pod.at("status", "podIP")?.string else { continue }
            owners[address] = "a pod of \(Portrait.owner(of: pod))"
        }
        ownersByAddress = owners
        jobsOfRuns = Set(
            objects.filter { $0.kind == "Job" && $0.labels[MarkNames.run] != nil }
                .map(\.namespacedName)
        )
    }

    /// Nil for what reports what happened and is nothing itself, for what comes and goes with time, and for
    /// the tombstone of a run.
    func show(_ object: JSON) -> Shown? {
        switch object.kind {
        case "Event": nil
        case "Lease" where object.annotations[MarkNames.ended] != nil: nil
        case "Job" where object.controllerReference?["kind"] == "CronJob": nil
        case "Pod" where isOfUsualJob(object): nil
        case "Pod": pod(object)
        case "EndpointSlice": slice(object)
        case "Endpoints": named(endpoints(object))
        case "Lease": named(lease(object))
        default: named(counted(object))
        }
    }

    private func isOfUsualJob(_ pod: JSON) -> Bool {
        guard let owner = pod.controllerReference, owner["kind"] == "Job" else { return false }
        return !jobsOfRuns.contains("\(pod.namespace ?? "")/\(owner["name"]?.string ?? "")")
    }

    private func named(_ object: JSON) -> Shown {
        var json = object
        var annotations = json.annotations
        annotations[Portrait.timeAnnotation] = nil
        json.annotations = annotations
        return Shown(
            key: "\(json.kind ?? "") \(json.namespacedName)",
            json: json,
            uid: isMadeByController(object) ? nil : object.uid,
            isNamedAtRandom: false
        )
    }

    /// What a controller makes, it may make anew; everything else must be the same one.
    private func isMadeByController(_ object: JSON) -> Bool {
        object.controllerReference != nil || object.kind == "Endpoints"
    }

    /// How many replicas are there counts; the rest of a status is a controller's diary.
    private func counted(_ object: JSON) -> JSON {
        var json = object
        for count in Portrait.countsOfStatus {
            guard let number = object.at("status", count), number != 0 else { continue }
            json.set(number, at: "counts", count)
        }
        return json
    }

    /// When a lease was last renewed says nothing of what is there.
    private func lease(_ object: JSON) -> JSON {
        var json = object
        json.remove(at: "spec", "renewTime")
        return json
    }

    private func pod(_ object: JSON) -> Shown {
        var json = object
        json.remove(at: "metadata", "name")
        json.remove(at: "metadata", "ownerReferences")
        json.remove(at: "spec", "nodeName")
        // A DaemonSet's controller says there at which node its pod is to run.
        if object.controllerReference?["kind"] == "DaemonSet" {
            json.remove(at: "spec", "affinity")
        }
        json.set(object.at("status", "phase"), at: "counts", "phase")
        json.set(.bool(object.deletionTimestamp != nil), at: "counts", "ends")
        json.set(object.condition("Ready")?["status"], at: "counts", "ready")
        // Each number of a StatefulSet has a pod of its own.
        let isNumbered = object.controllerReference?["kind"] == "StatefulSet"
        let place = isNumbered ? "\(object.namespacedName) " : ""
        return Shown(
            key: "Pod \(place)of \(Portrait.owner(of: object))",
            json: json.withoutTokenVolumes,
            uid: nil,
            isNamedAtRandom: !isNumbered
        )
    }

    private static func owner(of pod: JSON) -> String {
        let owner = pod.controllerReference
        let name = owner?["name"]?.string ?? pod.name ?? ""
        return "\(owner?["kind"]?.string ?? "nobody") \(pod.namespace ?? "")/\(name)"
    }

    private func slice(_ object: JSON) -> Shown {
        var json = object
        let endpoints = (object["endpoints"]?.array ?? []).map(endpoint)
        json["endpoints"] = .array(endpoints.sorted { $0.text() < $1.text() })
        var shown = named(json)
        guard object.labels["endpointslice.kubernetes.io/managed-by"]?.hasSuffix("k8s.io") == true
        else { return shown }
        json = shown.json
        json.remove(at: "metadata", "name")
        json.remove(at: "metadata", "ownerReferences")
        let service = object.labels["kubernetes.io/service-name"] ?? ""
        shown = Shown(
            key: "EndpointSlice of \(object.namespace ?? "")/\(service)",
            json: json,
            uid: nil,
            isNamedAtRandom: true
        )
        return shown
    }

    private func endpoint(_ endpoint: JSON) -> JSON {
        var endpoint = endpoint
        let addresses = (endpoint["addresses"]?.array ?? []).map(place)
        endpoint["addresses"] = .array(addresses)
        endpoint["targetRef"] = nil
        endpoint["nodeName"] = nil
        endpoint["zone"] = nil
        return endpoint
    }

    private func endpoints(_ object: JSON) -> JSON {
        var json = object
        let subsets = (object["subsets"]?.array ?? []).map { subset -> JSON in
            var subset = subset
            for list in ["addresses", "notReadyAddresses"] {
                guard let addresses = subset[list]?.array else { continue }
                subset[list] = .array(
                    addresses.map { ["ip": place($0["ip"] ?? .null)] }
                        .sorted { $0.text() < $1.text() }
                )
            }
            return subset
        }
        if object["subsets"] != nil { json["subsets"] = .array(subsets) }
        return json
    }

    private func place(_ address: JSON) -> JSON {
        guard let address = address.string else { return .null }
        return .string(ownersByAddress[address] ?? address)
    }
}

extension JSON {
    /// Without the volume whose name the server draws for every pod.
    fileprivate var withoutTokenVolumes: JSON {
        func isDrawn(_ item: JSON) -> Bool {
            item["name"]?.string?.hasPrefix("kube-api-access-") == true
        }
        var json = self
        if let volumes = at("spec", "volumes")?.array {
            json.set(.array(volumes.filter { !isDrawn($0) }), at: "spec", "volumes")
        }
        if let containers = at("spec", "containers")?.array {
            let cleaned = containers.map { container -> JSON in
                guard let mounts = container["volumeMounts"]?.array else { return container }
                var container = container
                container["volumeMounts"] = .array(mounts.filter { !isDrawn($0) })
                return container
            }
            json.set(.array(cleaned), at: "spec", "containers")
        }
        return json
    }

    /// Without what differs between two worlds in which the same was done.
    fileprivate var withoutWhatIsDrawn: JSON {
        var json = self
        for field in ["clusterIP", "clusterIPs", "healthCheckNodePort"] {
            json.remove(at: "spec", field)
        }
        json.labels = json.labels.filter { $0.key != "diolkos.dev/run" }
        let step = "diolkos.dev/step"
        json.annotations = json.annotations.filter {
            !$0.key.hasPrefix("diolkos.dev/") || $0.key == step
        }
        json.remove(at: "spec", "leaseTransitions")
        json.remove(at: "metadata", "ownerReferences")
        if kind == "Service", let ports = at("spec", "ports")?.array {
            json.set(.array(ports.map { $0.without("nodePort") }), at: "spec", "ports")
        }
        if kind == "EndpointSlice", let ports = self["ports"]?.array {
            json["ports"] = .array(ports.map { $0.without("port") })
        }
        if name == "kube-root-ca.crt" { json["data"] = nil }
        return json.withoutTrialDraws
    }

    /// A Job's pods are known by its uid, and a trial calls node ports.
    private var withoutTrialDraws: JSON {
        var json = self
        for labels in [
            ["metadata", "labels"], ["spec", "selector", "matchLabels"],
            ["spec", "template", "metadata", "labels"],
        ] {
            for key in ["controller-uid", "batch.kubernetes.io/controller-uid"] {
                json.set(nil, at: labels + [key])
            }
        }
        for path in [["spec", "containers"], ["spec", "template", "spec", "containers"]] {
            guard let containers = at(path)?.array else { continue }
            let cleaned = containers.map { container -> JSON in
                guard let command = container["command"]?.array else { return container }
                var container = container
                container["command"] = .array(
                    command.map { word in
                        guard let text = word.string,
                            text.wholeMatch(of: /10\.[0-9.]+:3[0-9]{4}/) != nil
                        else { return word }
                        return .string(String(text.prefix { $0 != ":" }))
                    }
                )
                return container
            }
            json.set(.array(cleaned), at: path)
        }
        return json
    }

    private func without(_ member: String) -> JSON {
        var json = self
        json[member] = nil
        return json
    }
}

extension SiteSnapshot {
    /// A site as it is now, with every kind that it serves.
    package init(_ cluster: EmbeddedCluster) {
        self.init(cluster.registry.definitions.flatMap { cluster.list($0.name) })
    }
}
