import JSONValues
import KubernetesObjects
import MigrationModel

/// Webhooks, API services and conversions need pods that answer: until these do, they would stop the
/// whole cluster's writes.
struct ServedRule: DetailRule {
    private let rule: CopyRule
    private let isStopped: Bool
    /// Services with a ready endpoint at the target.
    private let ready: Set<ServiceName>
    /// What the target has already: it judges there anyway.
    private let present: Set<CopyKey>
    /// Services that convert, by what they have to convert.
    private let converters: [GroupVersionKind: ServiceName]

    init(_ rule: CopyRule, source: SiteObjects, target: SiteObjects) {
        self.rule = rule
        isStopped = rule.workloads == .stopped
        present = Set(target.objects.keys)
        ready = Set(
            target.objects.values.filter(ServedRule.isReady).map {
                ServiceName(
                    namespace: $0.namespace ?? "",
                    name: $0.labels["kubernetes.io/service-name"] ?? ""
                )
            }
        )
        var converters: [GroupVersionKind: ServiceName] = [:]
        for definition in source.objects.values
        where definition.kind == "CustomResourceDefinition" {
            guard let service = ServedRule.converter(of: definition) else { continue }
            for version in definition.at("spec", "versions")?.array ?? []
            where version["storage"]?.bool != true {
                let group = definition.at("spec", "group")?.string ?? ""
                let kind = definition.at("spec", "names", "kind")?.string ?? ""
                let name = version["name"]?.string ?? ""
                let converted = GroupVersionKind(group: group, version: name, kind: kind)
                converters[converted] = service
            }
        }
        self.converters = converters
    }

    /// Whether a slice has an endpoint that takes traffic; without a word about it, it does.
    static func isReady(_ slice: JSON) -> Bool {
        slice.kind == "EndpointSlice"
            && (slice["endpoints"]?.array ?? []).contains {
                $0.at("conditions", "ready")?.bool != false
            }
    }

    func staying(_ object: JSON, _ key: CopyKey) -> Staying? {
        guard isStopped, !present.contains(name(key)) else { return nil }
        let missing = needs(object).subtracting(ready).sorted()
        guard !missing.isEmpty else { return nil }
        let services = missing.map(\.description).joined(separator: ", ")
        return Staying(
            reason: "nothing at the target answers for \(services)",
            finding: Finding(
                check: "not-yet-served",
                severity: .decide,
                objects: ["\(key)"],
                reason: "it needs \(services), for which nothing answers at the target while "
                    + "workloads stand still; it is held back",
                remedy: "Start what serves it at the target, then copy again."
            )
        )
    }

    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding] {
        // Whoever injects a certificate injects the target's, and owns the field there.
        guard ServedRule.injectors.contains(where: { original.annotations[$0] != nil }) else {
            return []
        }
        switch wanted.groupKind {
        case "CustomResourceDefinition.apiextensions.k8s.io":
            wanted.remove(at: "spec", "conversion", "webhook", "clientConfig", "caBundle")
        case "APIService.apiregistration.k8s.io": wanted.remove(at: "spec", "caBundle")
        case "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
            "MutatingWebhookConfiguration.admissionregistration.k8s.io":
            let webhooks = (wanted["webhooks"]?.array ?? []).map { webhook in
                var webhook = webhook
                webhook.remove(at: "clientConfig", "caBundle")
                return webhook
            }
            wanted["webhooks"] = .array(webhooks)
        default: break
        }
        return []
    }

    /// An object as the target names it.
    private func name(_ key: CopyKey) -> CopyKey {
        CopyKey(
            group: key.group,
            kind: key.kind,
            namespace: key.namespace.map(rule.transforms.target(ofNamespace:)),
            name: key.name
        )
    }

    func needs(_ original: JSON) -> Set<ServiceName> {
        Set(
            places(original).map {
                ServiceName(
                    namespace: rule.transforms.target(ofNamespace: $0.namespace),
                    name: $0.name
                )
            }
        )
    }

    /// As the source names them.
    private func places(_ wanted: JSON) -> Set<ServiceName> {
        switch wanted.groupKind {
        case "APIService.apiregistration.k8s.io":
            return Set([ServiceName(client: wanted["spec"])].compactMap { $0 })
        case "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
            "MutatingWebhookConfiguration.admissionregistration.k8s.io":
            return Set(
                (wanted["webhooks"]?.array ?? []).compactMap {
                    ServiceName(client: $0["clientConfig"])
                }
            )
        default:
            let converter = wanted.groupVersionKind.flatMap { converters[$0] }
            return converter.map { [$0] } ?? []
        }
    }

    private static let injectors = [
        "cert-manager.io/inject-ca-from", "cert-manager.io/inject-ca-from-secret",
        "cert-manager.io/inject-apiserver-ca", "service.beta.openshift.io/inject-cabundle",
    ]

    private static func converter(of definition: JSON) -> ServiceName? {
        guard definition.at("spec", "conversion", "strategy") == "Webhook" else { return nil }
        return ServiceName(client: definition.at("spec", "conversion", "webhook", "clientConfig"))
    }
}
