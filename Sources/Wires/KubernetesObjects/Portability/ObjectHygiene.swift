import JSONValues

/// Makes of an object that one cluster stores what can be created on another.
///
/// Sources are named as: velero (`pkg/restore` of vmware-tanzu/velero), crane (migtools/crane),
/// API (what a server refuses or overwrites).
package enum ObjectHygiene {
    /// What the caller decides.
    package struct Options: Sendable {
        /// Whether owner references stay; their uids must then be mapped by the caller.
        package var keepsOwnerReferences = false
        /// Which finalizers stay.
        ///
        /// A foreign one makes the copy undeletable where its controller is missing, or lets the
        /// target's controller delete what both sites share (velero 5580).
        package var keptFinalizers: Set<String> = []
        /// Whether kubectl's annotation stays, so that `kubectl apply` goes on where it was.
        ///
        /// It never stays on a Secret, whose content it repeats.
        package var keepsLastApplied = true
        /// Whether node ports stay even if a server drew them.
        package var keepsNodePorts = false

        package init(
            keepsOwnerReferences: Bool = false,
            keptFinalizers: Set<String> = [],
            keepsLastApplied: Bool = true,
            keepsNodePorts: Bool = false
        ) {
            self.keepsOwnerReferences = keepsOwnerReferences
            self.keptFinalizers = keptFinalizers
            self.keepsLastApplied = keepsLastApplied
            self.keepsNodePorts = keepsNodePorts
        }
    }

    static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// The object without what belongs to its own cluster only.
    package static func portable(_ object: JSON, options: Options = Options()) -> JSON {
        var copy = object
        stripMetadata(&copy, options)
        stripAnnotations(&copy, options)
        // velero resetStatus; API: a create drops the status of most kinds.
        copy["status"] = nil
        switch (object.groupVersionKind?.group, object.kind) {
        case ("", "Service"): stripService(&copy, stored: object, options)
        case ("", "PersistentVolumeClaim"): stripClaim(&copy)
        case ("", "PersistentVolume"): stripVolume(&copy)
        case ("", "ServiceAccount"): stripServiceAccount(&copy)
        case ("", "Secret"): stripSecret(&copy)
        case ("", "Pod"): stripPod(&copy)
        case ("", "Namespace"): stripNamespace(&copy)
        case ("batch", "Job"): stripJob(&copy)
        case ("rbac.authorization.k8s.io", "ClusterRole"): stripAggregatedRole(&copy)
        default: break
        }
        return copy
    }

    // MARK: Metadata

    /// Drops what a server sets (velero resetMetadata).
    ///
    /// `generateName` beside a name makes a server answer a collision with ServerTimeout in place of
    /// AlreadyExists (kubernetes 32220).
    private static func stripMetadata(_ object: inout JSON, _ options: Options) {
        for key in SemanticDiff.serverMetadata { object.remove(at: "metadata", key) }
        if object.name != nil { object.remove(at: "metadata", "generateName") }
        if !options.keepsOwnerReferences { object.ownerReferences = [] }
        object.finalizers = object.finalizers.filter(options.keptFinalizers.contains)
    }

    /// Annotations that controllers write for themselves.
    private static let controllerAnnotations: Set<String> = [
        // The Deployment controller counts its own rollouts (kubectl rollout).
        "deployment.kubernetes.io/revision",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deployment.kubernetes.io/revision-history",
        // API: a server raises it with each change of the template.
        "deprecated.daemonset.template.generation",
        // The autoscaler's status in autoscaling/v1.
        "autoscaling.alpha.kubernetes.io/conditions",
        "autoscaling.alpha.kubernetes.io/current-metrics",
        // The endpoints controller measures itself with it.
        "endpoints.kubernetes.io/last-change-trigger-time",
        // The CronJob controller notes when a Job was due.
        "batch.kubernetes.io/cronjob-scheduled-timestamp",
        "batch.kubernetes.io/job-tracking",
    ]

    private static func stripAnnotations(_ object: inout JSON, _ options: Options) {
        let before = object.annotations
        let keepsLastApplied = options.keepsLastApplied && object.kind != "Secret"
        let after = before.filter { key, _ in
            if key == lastApplied { return keepsLastApplied }
            return !controllerAnnotations.contains(key)
        }
        if after.count != before.count { object.annotations = after }
    }

    // MARK: Services

    /// Drops addresses and ports that the other cluster draws itself (velero ServiceAction).
    ///
    /// `None` stays, for it makes the Service headless. IP families stay only if the user chose
    /// them: a dual-stack choice is refused by a cluster with one family.
    private static func stripService(
        _ object: inout JSON,
        stored: JSON,
        _ options: Options
    ) {
        let choice = ServiceChoice(of: stored)
        if stored.at("spec", "clusterIP") != "None" {
            object.remove(at: "spec", "clusterIP")
            object.remove(at: "spec", "clusterIPs")
        }
        for field in ["ipFamilies", "ipFamilyPolicy"] where !choice.hasSet(field) {
            object.remove(at: "spec", field)
        }
        guard !options.keepsNodePorts else { return }
        if !choice.hasSet("healthCheckNodePort") {
            object.remove(at: "spec", "healthCheckNodePort")
        }
        guard let ports = object.at("spec", "ports")?.array else { return }
        let kept = ports.map { port in
            var port = port
            if !choice.hasSetNodePort(of: port) { port["nodePort"] = nil }
            return port
        }
        object.set(.array(kept), at: "spec", "ports")
    }

    // MARK: Storage

    /// A claim must bind anew (velero PVCAction; 9053 made it unconditional).
    private static func stripClaim(_ object: inout JSON) {
        object.remove(at: "spec", "volumeName")
        for key in [
            "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller",
            "volume.kubernetes.io/storage-provisioner",
            "volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/selected-node",
            "volume.kubernetes.io/storage-resizer",
        ] {
            object.removeAnnotation(key)
        }
    }

    /// A volume forgets which claim it was bound to, but not the name of the claim it is for
    /// (velero resetVolumeBindingInfo).
    private static func stripVolume(_ object: inout JSON) {
        object.remove(at: "spec", "claimRef", "uid")
        object.remove(at: "spec", "claimRef", "resourceVersion")
        object.removeAnnotation("pv.kubernetes.io/bound-by-controller")
    }

    // MARK: Identity

    /// The token controller lists its own Secrets (velero ServiceAccountAction).
    private static func stripServiceAccount(_ object: inout JSON) {
        guard let secrets = object["secrets"]?.array else { return }
        let prefix = "\(object.name ?? "")-token-"
        let kept = secrets.filter { $0["name"]?.string?.hasPrefix(prefix) != true }
        object["secrets"] = kept.isEmpty ? Optional.none : .array(kept)
    }

    /// A token is worth nothing at another cluster, and its controller writes a new one (velero
    /// SecretAction; crane 675).
    private static func stripSecret(_ object: inout JSON) {
        guard object["type"] == "kubernetes.io/service-account-token" else { return }
        object.removeAnnotation("kubernetes.io/service-account.uid")
        object.remove(at: "data", "token")
        object.remove(at: "data", "ca.crt")
        object.remove(at: "data", "namespace")
        if object["data"] == .emptyObject { object["data"] = nil }
    }

    // MARK: Workloads

    /// A pod is scheduled anew, and its account's token volume is put in again (velero PodAction).
    private static func stripPod(_ object: inout JSON) {
        object.remove(at: "spec", "nodeName")
        object.remove(at: "spec", "priority")
        let prefix = "\(object.at("spec", "serviceAccountName")?.string ?? "default")-token-"
        // `kube-api-access-` is what the admission of bound tokens names the volume.
        func isInjected(_ element: JSON) -> Bool {
            guard let name = element["name"]?.string else { return false }
            return name.hasPrefix(prefix) || name.hasPrefix("kube-api-access-")
        }
        object.filterList(at: ["spec", "volumes"]) { !isInjected($0) }
        for key in ["containers", "initContainers"] {
            guard let containers = object.at("spec", key)?.array else { continue }
            let stripped = containers.map { container in
                var container = container
                container.filterList(at: ["volumeMounts"]) { !isInjected($0) }
                return container
            }
            object.set(.array(stripped), at: "spec", key)
        }
    }

    /// A Job's selector is drawn from its uid (velero JobAction).
    ///
    /// One with a selector that the user chose keeps it.
    private static func stripJob(_ object: inout JSON) {
        let drawn = [
            "controller-uid", "batch.kubernetes.io/controller-uid",
        ]
        // The controller adds its name beside the uid, and adds it again.
        let named = drawn + ["job-name", "batch.kubernetes.io/job-name"]
        guard object.at("spec", "manualSelector")?.bool != true else { return }
        for key in drawn { object.remove(at: "spec", "selector", "matchLabels", key) }
        for key in named {
            object.remove(at: "spec", "template", "metadata", "labels", key)
            object.remove(at: "metadata", "labels", key)
        }
        for path in [
            ["spec", "selector", "matchLabels"], ["spec", "selector"], ["metadata", "labels"],
            ["spec", "template", "metadata", "labels"],
        ] where object.at(path) == .emptyObject {
            object.set(Optional.none, at: path)
        }
    }

    // MARK: Cluster-wide

    /// A server writes the finalizer and the name label itself; OpenShift draws its uid ranges for
    /// each cluster.
    private static func stripNamespace(_ object: inout JSON) {
        object["spec"] = nil
        object.labels = object.labels.filter { $0.key != "kubernetes.io/metadata.name" }
        for key in object.annotations.keys where key.hasPrefix("openshift.io/sa.scc.") {
            object.removeAnnotation(key)
        }
    }

    /// The rules of an aggregated role are filled in by its controller (API).
    private static func stripAggregatedRole(_ object: inout JSON) {
        if object["aggregationRule"] != nil { object["rules"] = nil }
    }
}

extension JSON {
    fileprivate mutating func removeAnnotation(_ key: String) {
        guard annotations[key] != nil else { return }
        annotations[key] = nil
    }

    /// Keeps the elements that pass; a list without any goes.
    fileprivate mutating func filterList(at path: [String], _ isKept: (JSON) -> Bool) {
        guard let elements = at(path)?.array else { return }
        let kept = elements.filter(isKept)
        set(kept.isEmpty ? Optional.none : .array(kept), at: path)
    }
}
