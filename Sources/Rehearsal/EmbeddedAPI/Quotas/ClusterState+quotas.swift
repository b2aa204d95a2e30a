import JSONValues
import KubernetesObjects

extension ClusterState {
    // MARK: LimitRanges

    /// Fills in and checks what the LimitRanges of the namespace say.
    func limit(_ object: inout JSON, _ request: WriteRequest) throws(APIStatusError) {
        guard [.pods, .persistentVolumeClaims].contains(request.resource) else { return }
        let ranges = store.objects(.limitRanges, namespace: request.namespace)
            .map { LimitRanger($0.value) }
        if request.resource == .pods { ranges.forEach { $0.setDefaults(&object) } }
        for range in ranges {
            let problems =
                request.resource == .pods
                ? range.problems(ofPod: object) : range.problems(ofClaim: object)
            guard !problems.isEmpty else { continue }
            throw .forbidden(
                request.resource,
                object.nameForRefusal,
                problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]"
            )
        }
    }

    // MARK: ResourceQuotas

    /// What a write adds to what a quota counts, by the quota's name; refuses what is too much.
    func charges(
        for object: JSON,
        old: JSON?,
        _ request: WriteRequest
    ) throws(APIStatusError) -> [String: Quantities] {
        let growsLater: Set<ResourceName> = [.services, .persistentVolumeClaims]
        guard request.subresource == nil, old == nil || growsLater.contains(request.resource),
            request.definition.isNamespaced
        else { return [:] }
        let quotas = store.objects(.resourceQuotas, namespace: request.namespace).map(\.value)
        var charges: [String: Quantities] = [:]
        for quota in quotas {
            guard QuotaScope(quota).holds(of: object, request.resource) else { continue }
            let added = try charge(for: object, old: old, by: quota, request)
            if !added.isEmpty { charges[quota.name ?? ""] = added }
        }
        return charges
    }

    private func charge(
        for object: JSON,
        old: JSON?,
        by quota: JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) -> Quantities {
        let name = quota.name ?? ""
        let hard = Quantities(quota.at("status", "hard"))
        let wanted = Quantities(quota.at("spec", "hard"))
        let usage = QuotaUsage.usage(of: object, request.resource)
        if request.resource == .pods {
            try checkContainers(of: object, against: quota, wanted)
        }
        let used = Quantities(quota.at("status", "used"))
        let counted = usage.only(wanted.names)
        let unknown = counted.names.filter { hard[$0] == nil || used[$0] == nil }
        guard unknown.isEmpty else {
            throw .forbidden(
                request.resource,
                object.nameForRefusal,
                "status unknown for quota: \(name), resources: \(unknown.joined(separator: ","))"
            )
        }
        let before = old.map { QuotaUsage.usage(of: $0, request.resource) } ?? Quantities()
        var added = Quantities()
        for item in counted.names {
            guard let amount = counted[item] else { continue }
            guard let earlier = before[item], !earlier.isZero else {
                added[item] = amount
                continue
            }
            if amount > earlier { added[item] = amount - earlier }
        }
        let exceeded = added.names.filter { item in
            guard let more = added[item], let now = used[item], let bound = hard[item],
                !more.isZero
            else { return false }
            return now + more > bound
        }
        guard exceeded.isEmpty else {
            throw .forbidden(
                request.resource,
                object.nameForRefusal,
                "exceeded quota: \(name), requested: \(added.only(exceeded).text), used: "
                    + "\(used.only(exceeded).text), limited: \(hard.only(exceeded).text)"
            )
        }
        return added
    }

    /// Every container must say how much it takes of what is bounded.
    private func checkContainers(
        of pod: JSON,
        against quota: JSON,
        _ hard: Quantities
    ) throws(APIStatusError) {
        let asked: Set<String> = [
            "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory",
        ]
        let containers = ["containers", "initContainers"]
            .flatMap { pod.at("spec", $0)?.array ?? [] }
        let missing = hard.names.filter(asked.contains).compactMap { name -> String? in
            let silent = containers.filter { container in
                QuotaUsage.compute(
                    Quantities(container.at("resources", "requests")),
                    Quantities(container.at("resources", "limits"))
                )[name] == nil
            }
            let names = silent.compactMap { $0["name"]?.string }.sorted()
            return names.isEmpty ? nil : "\(name) for: \(names.joined(separator: ","))"
        }
        guard !missing.isEmpty else { return }
        throw .forbidden(
            .pods,
            pod.nameForRefusal,
            "failed quota: \(quota.name ?? ""): must specify \(missing.joined(separator: "; "))"
        )
    }

    /// Notes in the quotas what a write that was let in takes of them.
    mutating func apply(_ charges: [String: Quantities], _ request: WriteRequest) {
        guard !request.isDryRun, let definition = registry[.resourceQuotas] else { return }
        for (name, added) in charges.sorted(by: { $0.key < $1.key }) {
            let key = request.key(name)
            guard var quota = store.object(.resourceQuotas, key)?.value else { continue }
            let used = Quantities(quota.at("status", "used")) + added
            guard used.document != quota.at("status", "used") else { continue }
            quota.set(used.document, at: "status", "used")
            let update = WriteRequest(
                definition: definition,
                version: definition.storageVersion,
                namespace: request.namespace,
                manager: "kube-apiserver",
                isInternal: true
            )
            _ = put(quota, key, update)
        }
    }
}

extension JSON {
    /// What admission calls an object: a name that the server made is not known there yet.
    fileprivate var nameForRefusal: String {
        guard let prefix = generateName, let name, name.hasPrefix(prefix),
            name.utf8.count == prefix.utf8.count + 5
        else { return name ?? "" }
        return prefix
    }
}
