import Certificates
import JSONValues
import KubernetesCopy
import KubernetesObjects

/// Takes of an object what checks look at: pure.
struct Slimmer: Sendable {
    /// The Services of the site, by which names are told from other words.
    let services: ServiceNames
    /// Whether Secrets are looked through for hosts and ports, the only things taken out of them.
    var readsSecrets = false

    /// Kinds of which more than names, labels and annotations is kept, and what.
    private static let kept: [String: [[String]]] = [
        "Service": [["spec"]],
        "Ingress.networking.k8s.io": [["spec"]],
        "Gateway.gateway.networking.k8s.io": [["spec", "listeners"]],
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
            ["status", "conditions"], ["status", "nodeInfo"], ["status", "addresses"],
            ["spec", "podCIDR"], ["spec", "podCIDRs"],
        ],
        "Job.batch": [["status", "active"], ["status", "completionTime"], ["spec", "suspend"]],
        "CronJob.batch": [["spec", "schedule"], ["spec", "suspend"]],
        "StatefulSet.apps": [["spec", "volumeClaimTemplates"], ["spec", "serviceName"]],
        "Lease.coordination.k8s.io": [["spec", "renewTime"]],
        "ServiceCIDR.networking.k8s.io": [["spec", "cidrs"]],
        "Endpoints": [["subsets"]],
        "EndpointSlice.discovery.k8s.io": [["addressType"], ["endpoints"], ["ports"]],
    ]

    /// Nil for what bears no kind or no name.
    func slim(_ object: JSON, owners: OwnerChain) -> SlimObject? {
        guard let key = CopyKey(object) else { return nil }
        let groupKind = key.kindName
        let template = PodTemplateReader.read(object)
        let texts = texts(of: object, template)
        let namespace = key.namespace ?? ""
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
            // A Secret is looked through for what it names outside, and for nothing else.
            mentions: groupKind == "Secret" ? [] : mentions(in: texts, namespace),
            outside: outside(in: texts, namespace)
        )
    }

    private func body(of object: JSON, _ groupKind: String) -> JSON {
        switch groupKind {
        case "Secret":
            return secret(object)
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

    /// A Secret's values never get into the facts; of tokens of accounts it is kept whose they are, and of
    /// certificates what every client is shown.
    private func secret(_ object: JSON) -> JSON {
        var body: JSON = ["type": object["type"] ?? "Opaque"]
        if object["type"]?.string == "kubernetes.io/tls",
            let certificate = ServerCertificate(tlsSecret: object)
        {
            body["certificate"] = certificate.facts
        }
        let isToken = object["type"]?.string == "kubernetes.io/service-account-token"
        guard isToken || readsSecrets else { return body }
        for (key, claims) in TokenClaims.all(in: object) {
            body.set(claims.json, at: "tokens", key)
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
        let texts = PodTexts(of: template.spec)
        return PodFacts(
            replicas: template.replicas,
            labels: template.labels,
            spec: PodTemplateReader.slim(template.spec),
            configMaps: texts.configMaps,
            secrets: texts.secrets
        )
    }

    /// What an object's readers are told, each text with its place in words.
    private func texts(
        of object: JSON,
        _ template: PodTemplateReader.Template?
    ) -> [(place: String, text: String)] {
        if let template { return PodTexts(of: template.spec).texts }
        switch (object.kind, object.groupVersionKind?.group) {
        case ("ConfigMap", ""):
            return (object["data"]?.stringMap ?? [:]).sorted { $0.key < $1.key }
                .map { ("key \($0.key)", $0.value) }
        case ("Secret", "") where readsSecrets: return SecretTexts.texts(of: object)
        default: return []
        }
    }

    private func mentions(
        in texts: [(place: String, text: String)],
        _ namespace: String
    ) -> [SlimObject.Mention] {
        var seen: Set<SlimObject.Mention> = []
        var found: [SlimObject.Mention] = []
        for (place, text) in texts {
            for service in services.mentions.services(in: text, namespace: namespace) {
                let mention = SlimObject.Mention(service: service, place: place)
                if seen.insert(mention).inserted { found.append(mention) }
            }
        }
        return found
    }

    private func outside(
        in texts: [(place: String, text: String)],
        _ namespace: String
    ) -> [OutsideMention] {
        if texts.isEmpty { return [] }
        return AddressFinder { services.meaning(of: $0, in: namespace) }.mentions(in: texts)
    }

    /// Whether somebody wrote down these endpoints of a Service that selects no pods.
    func leadsOutside(_ object: JSON) -> Bool {
        guard let namespace = object.namespace else { return false }
        let service =
            object.kind == "Endpoints"
            ? object.name : object.labels["kubernetes.io/service-name"]
        return service.map {
            services.withoutSelector.contains(
                ServiceMentions.Name(namespace: namespace, name: $0)
            )
        } ?? false
    }
}
