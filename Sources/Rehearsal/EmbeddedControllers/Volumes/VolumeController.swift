import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Gives each claim a made-up volume at once, and removes the volume with the claim.
///
/// Nothing is stored behind these volumes. A claim that names a volume gets that one; one that names
/// the class `""` and no volume waits for a person, as on a real cluster.
struct VolumeController: Controller {
    let name = "persistentvolume-binder-controller"
    let watchedResources: Set<ResourceName>? = [.persistentVolumeClaims, .persistentVolumes]

    static let provisioner = "twin.diolkos.dev/made-up"
    /// What holds a volume as long as a claim is bound to it.
    private static let protection = "kubernetes.io/pv-protection"

    /// Both the claim and its volume, whichever of them has changed.
    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        let object = change.object
        if change.resource == .persistentVolumeClaims {
            let stated = object.at("spec", "volumeName")?.string ?? Self.volumeName(for: object)
            return [
                ObjectAddress(.persistentVolumeClaims, of: object),
                ObjectAddress(.persistentVolumes, namespace: "", name: stated),
            ]
        }
        let volume = ObjectAddress(.persistentVolumes, of: object)
        guard let claim = object.at("spec", "claimRef") else { return [volume] }
        let place = ObjectAddress(
            .persistentVolumeClaims,
            namespace: claim["namespace"]?.string ?? "",
            name: claim["name"]?.string ?? ""
        )
        return [volume, place]
    }

    private static func volumeName(for claim: JSON) -> String { "pvc-\(claim.uid ?? "")" }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let object = view.object(address) else { return .none }
        return address.resource == .persistentVolumes
            ? reclaim(object, address, in: view) : bind(object, in: view)
    }

    // MARK: Claims

    private func bind(_ claim: JSON, in view: ClusterView) -> Reconciliation {
        guard !claim.isBeingDeleted, claim.at("status", "phase")?.string != "Bound" else {
            return .none
        }
        let name = Self.volumeName(for: claim)
        let stated = claim.at("spec", "volumeName")?.string ?? ""
        if !stated.isEmpty, stated != name { return bind(claim, toNamed: stated, in: view) }
        guard claim.at("spec", "storageClassName")?.string != "" else { return .none }
        guard let volume = view.object(.persistentVolumes, name: name) else {
            return Reconciliation([.create(Self.volume(named: name, for: claim))])
        }
        var outcome = Reconciliation()
        var bound = claim
        bound.set(.string(name), at: "spec", "volumeName")
        bound.annotations["pv.kubernetes.io/bind-completed"] = "yes"
        bound.annotations["pv.kubernetes.io/bound-by-controller"] = "yes"
        bound.annotations["volume.kubernetes.io/storage-provisioner"] = Self.provisioner
        outcome.update(bound, from: claim)
        guard outcome.writes.isEmpty else { return outcome }
        outcome.updateStatus(Self.boundStatus(of: claim, to: volume), of: claim)
        return outcome
    }

    /// The volume is taken if nobody else has it, and the claim is told when it is.
    private func bind(
        _ claim: JSON,
        toNamed name: String,
        in view: ClusterView
    ) -> Reconciliation {
        guard let volume = view.object(.persistentVolumes, name: name), !volume.isBeingDeleted
        else { return .none }
        let reference = volume.at("spec", "claimRef")
        let isFree =
            reference == nil
            || reference?["namespace"]?.string == claim.namespace
                && reference?["name"]?.string == claim.name
                && (reference?["uid"] == nil || reference?["uid"]?.string == claim.uid)
        guard isFree else { return .none }
        var outcome = Reconciliation()
        var taken = volume
        if reference?["uid"] == nil {
            taken.set(Self.reference(to: claim), at: "spec", "claimRef")
            outcome.update(taken, from: volume)
            return outcome
        }
        var bound = claim
        bound.annotations["pv.kubernetes.io/bind-completed"] = "yes"
        outcome.update(bound, from: claim)
        guard outcome.writes.isEmpty else { return outcome }
        outcome.updateStatus(Self.boundStatus(of: claim, to: volume), of: claim)
        return outcome
    }

    private static func boundStatus(of claim: JSON, to volume: JSON) -> JSON {
        var status = claim.status ?? .emptyObject
        status["phase"] = "Bound"
        status["accessModes"] = volume.at("spec", "accessModes")
        status["capacity"] = volume.at("spec", "capacity")
        return status
    }

    private static func reference(to claim: JSON) -> JSON {
        var reference: JSON = ["apiVersion": "v1", "kind": "PersistentVolumeClaim"]
        for key in ["name", "namespace", "uid", "resourceVersion"] {
            reference[key] = claim.at("metadata", key)
        }
        return reference
    }

    private static func volume(named name: String, for claim: JSON) -> JSON {
        var volume: JSON = ["apiVersion": "v1", "kind": "PersistentVolume"]
        volume.name = name
        volume.annotations = ["pv.kubernetes.io/provisioned-by": provisioner]
        volume.spec = [
            "accessModes": claim.at("spec", "accessModes") ?? [],
            "capacity": claim.at("spec", "resources", "requests") ?? .emptyObject,
            "claimRef": reference(to: claim),
            "hostPath": ["path": .string("/var/lib/diolkos/\(name)"), "type": ""],
            "persistentVolumeReclaimPolicy": "Delete",
            "volumeMode": claim.at("spec", "volumeMode") ?? "Filesystem",
        ]
        volume.set(claim.at("spec", "storageClassName"), at: "spec", "storageClassName")
        return volume
    }

    // MARK: Volumes

    private func reclaim(
        _ volume: JSON,
        _ address: ObjectAddress,
        in view: ClusterView
    ) -> Reconciliation {
        guard let reference = volume.at("spec", "claimRef") else { return .none }
        let claim = view.object(
            .persistentVolumeClaims,
            namespace: reference["namespace"]?.string ?? "",
            name: reference["name"]?.string ?? ""
        )
        var outcome = Reconciliation()
        guard let claim, claim.uid == reference["uid"]?.string else {
            if volume.isBeingDeleted {
                var released = volume
                released.finalizers.removeAll { $0 == Self.protection }
                outcome.update(released, from: volume)
            } else if volume.at("spec", "persistentVolumeReclaimPolicy")?.string == "Delete" {
                outcome.writes.append(.delete(address, uid: volume.uid ?? "", nil))
            } else {
                outcome.updateStatus(["phase": "Released"], of: volume)
            }
            return outcome
        }
        if volume.at("status", "phase")?.string != "Bound" {
            outcome.updateStatus(["phase": "Bound"], of: volume)
        }
        return outcome
    }
}

/// Lets a claim that is being deleted go once no pod uses it.
struct VolumeProtectionController: Controller {
    let name = "persistentvolumeclaim-protection-controller"
    let watchedResources: Set<ResourceName>? = [.persistentVolumeClaims, .pods]

    private static let finalizer = "kubernetes.io/pvc-protection"

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        if change.resource == .persistentVolumeClaims {
            return [ObjectAddress(.persistentVolumeClaims, of: change.object)]
        }
        return Self.claimNames(of: change.object).map {
            ObjectAddress(
                .persistentVolumeClaims,
                namespace: change.object.namespace ?? "",
                name: $0
            )
        }
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let claim = view.object(address), claim.isBeingDeleted,
            claim.finalizers.contains(Self.finalizer)
        else { return .none }
        let isUsed = view.objects(.pods, namespace: address.namespace).contains {
            !$0.isPodFinished && Self.claimNames(of: $0).contains(address.name)
        }
        guard !isUsed else { return .none }
        var released = claim
        released.finalizers.removeAll { $0 == Self.finalizer }
        return Reconciliation([.update(released)])
    }

    private static func claimNames(of pod: JSON) -> [String] {
        (pod.at("spec", "volumes")?.array ?? []).compactMap {
            $0.at("persistentVolumeClaim", "claimName")?.string
        }
    }
}
