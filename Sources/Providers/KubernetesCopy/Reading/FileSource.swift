import JSONValues
import KubernetesAPI
import KubernetesObjects
import YAMLDocuments

/// Objects that lie in files: manifests, or what `kubectl get -o yaml` printed.
package struct FileSource: ObjectSource {
    /// What a person calls all of the files: their folder.
    package let name: String
    private let kinds: [ResourceKind]
    private let objects: [GroupVersionKind: [JSON]]

    /// One file, as it was read.
    package struct File: Sendable {
        /// What problems call it.
        package let name: String
        /// YAML or JSON in UTF-8.
        package let bytes: [UInt8]

        /// Takes a file as it was read; nothing of it is looked at yet.
        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// Larger dumps than manifests are usual: a whole cluster in one List.
    private static let limits = YAMLLimits(sizeMax: 512 << 20, nodesMax: 50_000_000)

    /// Reads YAML and JSON, several documents a file, and Lists as their items.
    ///
    /// An object that stands twice is taken as it stands last, as applying the files in the order of
    /// their names would leave it.
    package init(name: String, files: [File]) throws(CopyProblem) {
        self.name = name
        var objects: [JSON] = []
        for file in files.sorted(by: { $0.name < $1.name }) {
            for document in try FileSource.documents(of: file) {
                try FileSource.add(document, from: file.name, to: &objects)
            }
        }
        let scopes = FileSource.scopes(of: objects)
        var kinds: [GroupVersionKind: ResourceKind] = [:]
        var found: [GroupVersionKind: [CopyKey: JSON]] = [:]
        for object in objects {
            guard let kind = object.groupVersionKind else { continue }
            let resource =
                kinds[kind] ?? FileSource.resource(for: kind, isNamespaced: scopes[kind.groupKind])
            kinds[kind] = resource
            var object = object
            if resource.isNamespaced, object.namespace == nil { object.namespace = "default" }
            if !resource.isNamespaced { object.remove(at: "metadata", "namespace") }
            if let key = CopyKey(object) { found[kind, default: [:]][key] = object }
        }
        self.kinds = kinds.values.sorted()
        self.objects = found.mapValues { byKey in
            byKey.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// The kinds that stand in the files, in the versions in which they are written.
    package func discover() async throws(KubernetesError) -> Discovery {
        var preferred: [String: String] = [:]
        for kind in kinds where preferred[kind.group] == nil {
            preferred[kind.group] = kind.version
        }
        return Discovery(kinds: kinds, preferredVersions: preferred)
    }

    /// All objects of a kind as one page; never throws, as all was read before.
    package func read(
        _ kind: ResourceKind,
        namespace: String?,
        onPage: (ObjectPage) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        // Every version of a file's kind counts, for no server makes one out of another.
        let versions = kinds.filter { $0.groupResource == kind.groupResource }
        let items = versions.flatMap { objects[$0.groupVersionKind] ?? [] }.filter {
            namespace == nil || $0.namespace == namespace
        }
        try await onPage(ObjectPage(items: items, resourceVersion: "", isFirst: true))
    }

    // MARK: - Files

    private static func documents(of file: File) throws(CopyProblem) -> [JSON] {
        do {
            if let document = json(file.bytes) { return [document] }
            return try YAMLDocuments.parse(file.bytes, file: file.name, limits: limits)
                .map(\.json)
        } catch {
            throw CopyProblem("\(error)")
        }
    }

    /// One JSON value; nil for YAML, which may begin like one.
    ///
    /// JSON dumps are large, and its own reader is the faster one.
    private static func json(_ bytes: [UInt8]) -> JSON? {
        guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { return nil }
        do { return try JSON.parse(bytes) } catch { return nil }
    }

    private static func add(
        _ document: JSON,
        from file: String,
        to objects: inout [JSON]
    ) throws(CopyProblem) {
        if let items = document["items"]?.array, document.kind?.hasSuffix("List") == true {
            for item in items { try add(item, from: file, to: &objects) }
            return
        }
        guard document.groupVersionKind != nil, document.name != nil else {
            throw CopyProblem(
                "\(file): a document is no Kubernetes object: it needs apiVersion, kind and "
                    + "metadata.name; leave other files out"
            )
        }
        objects.append(document)
    }

    // MARK: - Kinds

    /// Built-in kinds that have no namespace.
    private static let clusterWide: Set<String> = [
        "Namespace", "Node", "PersistentVolume", "ComponentStatus",
        "ClusterRole.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io",
        "CustomResourceDefinition.apiextensions.k8s.io", "APIService.apiregistration.k8s.io",
        "StorageClass.storage.k8s.io", "VolumeAttachment.storage.k8s.io",
        "CSIDriver.storage.k8s.io", "CSINode.storage.k8s.io",
        "VolumeAttributesClass.storage.k8s.io", "IngressClass.networking.k8s.io",
        "ServiceCIDR.networking.k8s.io", "IPAddress.networking.k8s.io",
        "RuntimeClass.node.k8s.io", "PriorityClass.scheduling.k8s.io",
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
        "MutatingWebhookConfiguration.admissionregistration.k8s.io",
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
        "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        "MutatingAdmissionPolicy.admissionregistration.k8s.io",
        "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        "CertificateSigningRequest.certificates.k8s.io", "FlowSchema.flowcontrol.apiserver.k8s.io",
        "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io", "PodSecurityPolicy.policy",
    ]

    /// Whether kinds have namespaces, where the files tell: by definitions, or by an object with one.
    private static func scopes(of objects: [JSON]) -> [String: Bool] {
        var scopes: [String: Bool] = [:]
        for object in objects {
            guard let kind = object.groupVersionKind else { continue }
            if clusterWide.contains(kind.groupKind) {
                scopes[kind.groupKind] = false
            } else if object.namespace != nil {
                scopes[kind.groupKind] = true
            }
        }
        for object in objects where object.kind == "CustomResourceDefinition" {
            let defined = GroupVersionKind(
                group: object.at("spec", "group")?.string ?? "",
                version: "",
                kind: object.at("spec", "names", "kind")?.string ?? ""
            )
            scopes[defined.groupKind] = object.at("spec", "scope")?.string != "Cluster"
        }
        return scopes
    }

    private static func resource(
        for kind: GroupVersionKind,
        isNamespaced: Bool?
    ) -> ResourceKind {
        ResourceKind(
            group: kind.group,
            version: kind.version,
            kind: kind.kind,
            plural: plural(of: kind.kind.lowercased()),
            isNamespaced: isNamespaced ?? true
        )
    }

    /// As Kubernetes guesses resources from kinds (apimachinery, `UnsafeGuessKindToResource`).
    private static func plural(of singular: String) -> String {
        if singular == "endpoints" { return singular }
        if singular.hasSuffix("s") { return singular + "es" }
        if singular.hasSuffix("y") { return singular.dropLast() + "ies" }
        return singular + "s"
    }
}
