import EmbeddedSites
import JSONValues
import KubernetesCopy
import KubernetesObjects
import MigrationFile
import MigrationModel
import Sealing

/// Makes of a site's objects what its twin can be begun with, and notes what the twin does not play.
///
/// No value of a Secret gets into a twin: each is replaced by its digest, so that what is equal stays
/// equal.
package struct TwinObjects {
    private let site: SiteRole
    private let export: SiteExport
    private let statedCalls: [StatedCall]
    private let services: [ServiceMentions.Name: JSON]
    private let configMaps: [ServiceMentions.Name: JSON]

    /// What the twin is told of a pod's place, which only a site's own nodes can judge.
    private static let places = [
        "nodeSelector", "affinity", "tolerations", "topologySpreadConstraints", "nodeName",
        "schedulerName", "runtimeClassName",
    ]
    private static let policies: Set<String> = ["NetworkPolicy.networking.k8s.io"]
    private static let webhooks: Set<String> = [
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
        "MutatingWebhookConfiguration.admissionregistration.k8s.io",
    ]

    /// Takes what was read of a site, and what the migration says of calls.
    package init(_ site: SiteRole, _ export: SiteExport, _ file: MigrationFile) {
        self.site = site
        self.export = export
        statedCalls = file.calls
        services = TwinObjects.named("Service", export.objects)
        configMaps = TwinObjects.named("ConfigMap", export.objects)
    }

    private static func named(
        _ kind: String,
        _ objects: [JSON]
    ) -> [ServiceMentions.Name: JSON] {
        let found = objects.filter { $0.groupKind == kind }.map { object in
            let name = ServiceMentions.Name(
                namespace: object.namespace ?? "",
                name: object.name ?? ""
            )
            return (name, object)
        }
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }

    /// What can be created at the twin, in an order in which it can be.
    package var manifests: [JSON] {
        let known = Set(export.objects.filter { $0.groupKind == "Namespace" }.compactMap(\.name))
        let needed = Set(export.objects.compactMap(\.namespace)).subtracting(known)
        let namespaces = needed.sorted().map { name -> JSON in
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        }
        let objects = export.objects.filter(isPlayed).map(twin)
        let ranked = (namespaces + objects).enumerated().sorted {
            let left = (TwinObjects.rank($0.element), $0.offset)
            return left < (TwinObjects.rank($1.element), $1.offset)
        }
        return ranked.map(\.element)
    }

    private static func rank(_ object: JSON) -> Int {
        switch object.groupKind {
        case "CustomResourceDefinition.apiextensions.k8s.io": 0
        case "Namespace": 1
        case "ServiceAccount", "ConfigMap", "Secret": 3
        case _ where object.namespace == nil: 2
        case _ where object.podSpec == nil: 4
        default: 5
        }
    }

    private func isPlayed(_ object: JSON) -> Bool {
        if ClusterMade.reason(object) != nil || TwinObjects.webhooks.contains(object.groupKind) {
            return false
        }
        if object.deletionTimestamp != nil { return false }
        // A token's owner makes it; what has ended does nothing any more.
        if object["type"] == "kubernetes.io/service-account-token" { return false }
        switch object.kind {
        case "Pod": return !object.isPodFinished
        case "Job": return !object.isJobFinished
        default: return true
        }
    }

    private func twin(_ object: JSON) -> JSON {
        var options = ObjectHygiene.Options()
        options.keepsLastApplied = false
        var twin = ObjectHygiene.portable(object, options: options)
        twin.managedFields = TwinCopies.managers(of: object)
        if twin.groupKind == "Secret" { TwinObjects.blind(&twin) }
        PodTemplates.change(in: &twin) { spec in
            for field in TwinObjects.places { spec[field] = nil }
        }
        return withCalls(twin)
    }

    private static func blind(_ secret: inout JSON) {
        for field in ["data", "stringData"] {
            guard let values = secret[field]?.object else { continue }
            secret[field] = .object(values.mapValues(digest))
        }
        // Other types have a form that their values must keep.
        secret["type"] = "Opaque"
    }

    /// What stands in a twin for a Secret's value; hexadecimal digits are base64 as well.
    static func digest(_ value: JSON) -> JSON {
        .string(Digest(of: Array((value.string ?? "").utf8)).hex)
    }

    // MARK: - Calls

    /// Tells a pod of the twin whom it calls, where the object does not say so itself.
    private func withCalls(_ object: JSON) -> JSON {
        guard let spec = object.podSpec, let namespace = object.namespace,
            let template = object.podTemplate,
            template.annotations[TwinAnnotation.calls] == nil
        else { return object }
        let mentions = ServiceMentions(services: Set(services.keys))
        let texts = PodTexts(of: spec)
        let read = texts.configMaps.compactMap {
            configMaps[ServiceMentions.Name(namespace: namespace, name: $0)]?["data"]?.object
        }.flatMap { $0.values.compactMap(\.string) }
        var called = Set(
            (texts.texts.map(\.text) + read).flatMap {
                mentions.services(in: $0, namespace: namespace)
            }
        )
        for call in statedCalls
        where call.caller.namespace == namespace && call.caller.name == object.name {
            called.insert(
                ServiceMentions.Name(namespace: call.service.namespace, name: call.service.name)
            )
        }
        let calls = called.sorted().compactMap(text)
        guard !calls.isEmpty else { return object }
        return PodTemplates.annotated(object, TwinAnnotation.calls, calls.joined(separator: ","))
    }

    /// Nil for a name that leads out of the site, or nowhere.
    private func text(_ name: ServiceMentions.Name) -> String? {
        guard let service = services[name], service.at("spec", "type") != "ExternalName" else {
            return nil
        }
        let ports = service.at("spec", "ports")?.array ?? []
        let port = ports.first { $0["protocol"]?.string ?? "TCP" == "TCP" }?["port"]?.int
        return port.map { "\(name.name).\(name.namespace):\($0)" }
    }

    // MARK: - What is not played

    /// What the twin knows nothing of.
    package var findings: [Finding] {
        var findings: [Finding] = []
        func add(
            _ check: String,
            _ objects: [JSON],
            _ reason: String,
            _ remedy: String,
            _ severity: Finding.Severity = .note
        ) {
            guard !objects.isEmpty else { return }
            findings.append(
                Finding(
                    check: check,
                    severity: severity,
                    objects: objects.map { "\($0.kind ?? "") \($0.namespacedName)" },
                    reason: "at the \(site.rawValue): \(reason)",
                    remedy: remedy
                )
            )
        }
        let played = export.objects.filter(isPlayed)
        add(
            "twin-placement",
            played.filter { object in
                object.podSpec.map { spec in TwinObjects.places.contains { spec[$0] != nil } }
                    ?? false
            },
            "where these pods may run is not played: the twin's nodes take every pod",
            "`diolkos assess` looks at the target's nodes"
        )
        add(
            "twin-network-policies",
            played.filter { TwinObjects.policies.contains($0.groupKind) },
            "network policies are not played: the twin lets everybody through",
            "`diolkos assess` says which of them would stand in the way of a bridge"
        )
        add(
            "twin-webhooks",
            export.objects.filter { TwinObjects.webhooks.contains($0.groupKind) },
            "admission webhooks are not asked: the twin takes what they might refuse or change",
            "`diolkos copy --dry-run` asks the real server"
        )
        if !export.unreadable.isEmpty {
            findings.append(
                Finding(
                    check: "unreadable",
                    severity: .decide,
                    objects: export.unreadable,
                    reason: "at the \(site.rawValue): this could not be read, so its twin lacks it",
                    remedy: "give the reader the rights that `diolkos rbac --for assess` prints"
                )
            )
        }
        return findings
    }
}
