import JSONValues
import KubernetesObjects
import MigrationModel

/// An object as a snapshot shows it.
struct Shown {
    let key: String
    let json: JSON
    let uid: String?
    let isNamedAtRandom: Bool

    var text: String { json.text() }
}

/// Puts names that last in the place of names and addresses that were drawn.
struct Portrait {
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
}
