import JSONValues
import KubernetesObjects
import MigrationModel

/// Everything that a copy's rule changes of objects on their way, in order: pure.
struct CopyTransformer: Sendable {
    private let transforms: CopyTransforms
    private let steps: [any ObjectTransform]

    /// `source` tells which names there are to be referred to.
    init(_ transforms: CopyTransforms, source: SiteObjects) throws(CopyProblem) {
        self.transforms = transforms
        var steps: [any ObjectTransform] = []
        for (index, patch) in transforms.patches.enumerated() {
            steps.append(try PatchTransform(patch, index: index, discovery: source.discovery))
        }
        if transforms.labels != LabelChange() { steps.append(LabelTransform(transforms.labels)) }
        if !transforms.images.isEmpty { steps.append(ImageTransform(transforms.images)) }
        if !transforms.storageClasses.isEmpty {
            steps.append(StorageClassTransform(transforms.storageClasses))
        }
        if !transforms.ingressClasses.isEmpty {
            steps.append(IngressClassTransform(transforms.ingressClasses))
        }
        if !transforms.namespaces.isEmpty {
            steps.append(
                NamespaceTransform(transforms.namespaces, known: KnownNames(of: source.objects))
            )
        }
        self.steps = steps
    }

    /// Whether objects arrive as they are.
    var isEmpty: Bool { steps.isEmpty }

    /// `key` is the object's at the source.
    func apply(to object: inout JSON, of key: CopyKey, log: inout TransformLog) throws(CopyProblem)
    {
        log.key = key
        for step in steps { try step.apply(to: &object, log: &log) }
    }

    /// Under which key the target has an object of the source.
    func target(of key: CopyKey) -> CopyKey {
        CopyKey(
            group: key.group,
            kind: key.kind,
            namespace: key.namespace.map(transforms.target(ofNamespace:)),
            name: key.isNamespace ? transforms.target(ofNamespace: key.name) : key.name
        )
    }

    /// What was asked for and matched nothing, in the order in which it was asked for.
    func unmatched(in log: TransformLog) -> [String] {
        steps.flatMap(\.parts).filter { !log.matched.contains($0) }
    }

    func findings(of log: TransformLog) -> [Finding] { log.findings(transforms.namespaces) }
}
