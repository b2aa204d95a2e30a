import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Makes a patch of RFC 6902 on the objects that it is for.
struct PatchTransform: ObjectTransform {
    let parts: [String]
    private let patch: CopyPatch
    private let group: String
    private let kind: String
    private let labels: LabelSelector
    private let operations: JSONPatch

    init(_ patch: CopyPatch, index: Int, discovery: Discovery) throws(CopyProblem) {
        let part = "patches[\(index)] (\(PatchTransform.words(for: patch)))"
        guard let kind = discovery.kind(named: patch.kind) else {
            throw CopyProblem("\(part): the source serves no kind \(patch.kind)")
        }
        do {
            labels = try LabelSelector(parsing: patch.labels)
        } catch {
            throw CopyProblem("\(part): the label selector `\(patch.labels)`: \(error)")
        }
        do {
            operations = try JSONPatch(document: .array(patch.operations))
        } catch {
            throw CopyProblem("\(part): \(error)")
        }
        self.patch = patch
        self.group = kind.group
        self.kind = kind.kind
        parts = [part]
    }

    func apply(to object: inout JSON, log: inout TransformLog) throws(CopyProblem) {
        guard object.kind == kind, object.groupVersionKind?.group == group,
            patch.namespace == nil || patch.namespace == object.namespace,
            patch.name == nil || patch.name == object.name, labels.matches(object)
        else { return }
        log.match(parts[0])
        do {
            object = try operations.apply(to: object)
        } catch {
            throw CopyProblem(
                "\(parts[0]) does not apply to \(log.key.map(\.description) ?? ""): \(error)"
            )
        }
    }

    private static func words(for patch: CopyPatch) -> String {
        let place = [patch.namespace, patch.name].compactMap { $0 }.joined(separator: "/")
        return ([patch.kind, place] + [patch.labels]).filter { !$0.isEmpty }
            .joined(separator: " ")
    }
}
