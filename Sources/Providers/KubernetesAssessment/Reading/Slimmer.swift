import JSONValues
import KubernetesCopy
import KubernetesObjects

/// Takes of an object what checks look at: pure.
struct Slimmer: Sendable {
    /// Finds the Services that texts name.
    let mentions: ServiceMentions

    /// Kinds of which more than names, labels and annotations is kept, and what.
    private static let kept: [String: [[String]]] = [
        "Service": [["spec"]],
        "Ingress.networking.k8s.io": [["spec"]],
        "NetworkPolicy.networking.k8s.io": [["spec"]],
        "PersistentVolumeClaim": [["spec"], ["status", "phase"]],
        "PersistentVolume": [["spec"]],
        "StorageClass.storage.k8s.io": [["provisioner"]],
        "IngressClass.networking.k8s.io": [["spec", "controller"]],
        "RuntimeClass.node.k8s.io": [["handler"]],
        "PriorityClass.scheduling.k8s.io": [["value"]],
        "HorizontalPodAutoscaler.autoscaling": [["spec", "metrics"], ["spec", "scaleTargetRef"]],
        "TargetGroupBinding.elbv2.k8s.aws": [["spec"]],
        "ResourceQuota": [["spec"], ["status"]],
        "ServiceAccount": [["imagePullSecrets"]],
        "APIService.apiregistration.k8s.io": [["spec", "service"], ["status", "conditions"]],
        "ClusterRoleBinding.rbac.authorization.k8s.io": [["roleRef"], ["subjects"]],
        "Node": [
            ["spec", "taints"], ["spec", "unschedulable"], ["status", "allocatable"],
            ["status", "conditions"], ["status", "nodeInfo"],
        ],
        "Job.batch": [["status", "active"], ["status", "completionTime"], ["spec", "suspend"]],
        "CronJob.batch": [["spec", "schedule"], ["spec", "suspend"]],
        "StatefulSet.apps": [["spec", "volumeClaimTemplates"], ["spec", "serviceName"]],
    ]

    /// Nil for what bears no kind or no name.
    func slim(_ object: JSON, owners: OwnerChain) -> SlimObject? {
        guard let key = CopyKey(object) else { return nil }
        let groupKind = SlimObject.groupKind(key.group, key.kind)
        let template = PodTemplateReader.read(object)
        var annotations = object.annotations
        annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
        return SlimObject(
            key: key,
            labels: object.labels,
            annotations: annotations,
            body: body(of: object, groupKind),
            pods: template.map(facts),
            writers: writers(of: object),
            owners: object.ownerReferences.map {
                "\($0["apiVersion"]?.string ?? "") \($0["kind"]?.string ?? "") "
                    + "\($0["name"]?.string ?? "")"
            }.sorted(),
            madeBy: object.labels[CopyMarks.rights] == nil
                ? owners.reason(object) : "it is a right of Diolkos itself",
            mentions: mentions(of: object, template, in: key.namespace ?? "")
        )
    }

    private func body(of object: JSON, _ groupKind: String) -> JSON {
        switch groupKind {
        case "Secret":
            // A Secret's values never get into the facts.
            return ["type": object["type"] ?? "Opaque"]
        case "CustomResourceDefinition.apiextensions.k8s.io": return definition(object)
        case "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
            "MutatingWebhookConfiguration.admissionregistration.k8s.io":
            return ["webhooks": .array((object["webhooks"]?.array ?? []).map(webhook))]
        case "Pod": return serverFlags(object)
        case "Namespace": return ["phase": object.at("status", "phase") ?? "Active"]
        default: break
        }
        var body = JSON.emptyObject
        for path in Slimmer.kept[groupKind] ?? [] {
            if let value = object.at(path) { body.set(value, at: path) }
        }
        return body
    }

    /// How an API server of a node's own file was started: the flags' names, and one value.
    private func serverFlags(_ pod: JSON) -> JSON {
        guard pod.labels["component"] == "kube-apiserver" else { return .emptyObject }
        let words = (pod.at("spec", "containers")?.array ?? []).flatMap {
            ($0["command"]?.array ?? []) + ($0["args"]?.array ?? [])
        }.compactMap(\.string)
        let flags = words.filter { $0.hasPrefix("--") }.map { word in
            word.hasPrefix("--authorization-mode=")
                ? word : String(word.prefix { $0 != "=" })
        }
        return ["flags": .array(flags.map(JSON.string))]
    }

    /// A definition without its schemas, which may be larger than everything else.
    private func definition(_ object: JSON) -> JSON {
        let versions = (object.at("spec", "versions")?.array ?? []).map { version -> JSON in
            ["name": version["name"] ?? "", "served": version["served"] ?? true]
        }
        var body: JSON = [
            "group": object.at("spec", "group") ?? "",
            "kind": object.at("spec", "names", "kind") ?? "",
            "plural": object.at("spec", "names", "plural") ?? "",
            "versions": .array(versions),
        ]
        if let webhook = object.at("spec", "conversion", "webhook", "clientConfig") {
            body["conversion"] = client(webhook)
        }
        return body
    }

    private func webhook(_ object: JSON) -> JSON {
        [
            "name": object["name"] ?? "",
            "failurePolicy": object["failurePolicy"] ?? "Fail",
            "client": client(object["clientConfig"] ?? .emptyObject),
        ]
    }

    /// Whom a webhook calls, and whether the certificate of its server is written down in it.
    private func client(_ config: JSON) -> JSON {
        let bundle = config["caBundle"]?.string ?? ""
        return [
            "service": config["service"] ?? .emptyObject,
            "url": .bool(config["url"] != nil),
            "hasBundle": .bool(!bundle.isEmpty),
        ]
    }

    private func writers(of object: JSON) -> [SlimObject.Writer] {
        var writers: Set<SlimObject.Writer> = []
        for entry in object.managedFields {
            guard let manager = entry["manager"]?.string, entry["subresource"]?.string == nil
            else { continue }
            writers.insert(
                SlimObject.Writer(
                    manager: manager,
                    apiVersion: entry["apiVersion"]?.string ?? ""
                )
            )
        }
        let applied = "kubectl.kubernetes.io/last-applied-configuration"
        if let text = object.annotations[applied] {
            // An annotation that is no JSON tells nothing of how the object was written.
            do {
                let written = try JSON.parse(text)
                writers.insert(
                    SlimObject.Writer(
                        manager: "kubectl apply",
                        apiVersion: written.apiVersion ?? ""
                    )
                )
            } catch { return writers.sorted() }
        }
        return writers.sorted()
    }

    private func facts(_ template: PodTemplateReader.Template) -> PodFacts {
        PodFacts(
            replicas: template.replicas,
            labels: template.labels,
            spec: PodTemplateReader.slim(template.spec),
            configMaps: PodTexts(of: template.spec).configMaps
        )
    }

    private func mentions(
        of object: JSON,
        _ template: PodTemplateReader.Template?,
        in namespace: String
    ) -> [SlimObject.Mention] {
        var texts: [(place: String, text: String)] = []
        if let template {
            texts = PodTexts(of: template.spec).texts
        } else if object.kind == "ConfigMap" {
            texts = (object["data"]?.stringMap ?? [:]).sorted { $0.key < $1.key }
                .map { ("key \($0.key)", $0.value) }
        }
        var seen: Set<SlimObject.Mention> = []
        var found: [SlimObject.Mention] = []
        for (place, text) in texts {
            for service in mentions.services(in: text, namespace: namespace) {
                let mention = SlimObject.Mention(service: service, place: place)
                if seen.insert(mention).inserted { found.append(mention) }
            }
        }
        return found
    }
}
