import JSONValues
import KubernetesObjects

extension ClusterState {
    /// What the admission plug-ins of a server do that need to see the rest of the cluster.
    mutating func admit(_ object: inout JSON, _ request: WriteRequest) throws(APIStatusError) {
        switch request.resource {
        case .pods: try admitPod(&object, request)
        case .ingresses: setDefaultClass(&object)
        case .persistentVolumeClaims: setDefaultStorageClass(&object)
        default: break
        }
    }

    private mutating func admitPod(
        _ pod: inout JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        let name = pod.at("spec", "serviceAccountName")?.string ?? "default"
        pod.set(.string(name), at: "spec", "serviceAccountName")
        pod.set(.string(name), at: "spec", "serviceAccount")
        guard let account = store.object(.serviceAccounts, request.key(name))?.value else {
            // The cluster's own parts need not wait until the account has been made.
            if request.isInternal { return }
            throw .forbidden(
                .pods,
                pod.name ?? "",
                "error looking up service account \(request.namespace)/\(name): "
                    + "serviceaccount \"\(name)\" not found"
            )
        }
        try setPriority(&pod)
        let mounts =
            pod.at("spec", "automountServiceAccountToken")?.bool
            ?? account["automountServiceAccountToken"]?.bool ?? true
        if mounts {
            PodAdmission.addToken(to: &pod, name: "kube-api-access-" + random.nameSuffix())
        }
    }

    private func setPriority(_ pod: inout JSON) throws(APIStatusError) {
        guard let name = pod.at("spec", "priorityClassName")?.string, !name.isEmpty else { return }
        let builtIn = [
            "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000,
        ]
        let key = ObjectKey(namespace: "", name: name)
        let found = store.object(.priorityClasses, key)?.value
        guard let value = found?["value"]?.int ?? builtIn[name] else {
            throw .forbidden(
                .pods,
                pod.name ?? "",
                "no PriorityClass with name \(name) was found"
            )
        }
        pod.set(.int(value), at: "spec", "priority")
        if let policy = found?["preemptionPolicy"] {
            pod.set(policy, at: "spec", "preemptionPolicy")
        }
    }

    private func setDefaultClass(_ ingress: inout JSON) {
        guard ingress.at("spec", "ingressClassName") == nil,
            ingress.annotation("kubernetes.io/ingress.class") == nil,
            let name = defaultName(
                of: .ingressClasses,
                annotation: "ingressclass.kubernetes.io/is-default-class"
            )
        else { return }
        ingress.set(.string(name), at: "spec", "ingressClassName")
    }

    private func setDefaultStorageClass(_ claim: inout JSON) {
        guard claim.at("spec", "storageClassName") == nil,
            let name = defaultName(
                of: .storageClasses,
                annotation: "storageclass.kubernetes.io/is-default-class"
            )
        else { return }
        claim.set(.string(name), at: "spec", "storageClassName")
    }

    private func defaultName(of resource: ResourceName, annotation: String) -> String? {
        store.objects(resource).first { $0.value.annotation(annotation) == "true" }?.key.name
    }

    /// Gives a Service its addresses and ports; what it needs no more is given back.
    mutating func allocate(
        _ object: inout JSON,
        old: JSON?,
        _ key: ObjectKey,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        guard request.resource == .services, request.subresource == nil else { return }
        ServiceUpdate.normalize(&object, from: old)
        let errors = allocations.assign(&object, key, random: &random)
        guard errors.isEmpty else { throw request.invalid(key.name, errors) }
    }
}
