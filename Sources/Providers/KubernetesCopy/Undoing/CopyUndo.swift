import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Removes what a copy made at the target, and only that.
///
/// What it made is told from the target alone, by marks that only the copy's own writes leave: there is
/// no record that could be lost. Repeating it is harmless.
package struct CopyUndo: Sendable {
    private static let width = 32

    private let name: String
    private let target: KubernetesClient
    private let time: any TimeSource

    /// Takes the name with which the copy marked its objects; sends nothing yet.
    package init(of name: String, at target: KubernetesClient, time: any TimeSource) {
        self.name = name
        self.target = target
        self.time = time
    }

    /// Reads the target; changes nothing.
    ///
    /// - Throws: when a kind cannot be read, as what it holds might be the copy's or somebody's.
    package func plan(includesVolumes: Bool) async throws -> CopyUndoPlan {
        let labels = try LabelSelector(matching: [CopyMarks.label: name])
        let discovery = try await target.refreshDiscovery()
        let kinds = discovery.preferredKinds.filter {
            $0.verbs.contains("list") && $0.verbs.contains("delete")
        }
        let lists = await BoundedWork.results(of: kinds, width: CopyUndo.width) { kind in
            await list(kind, ListOptions(labels: labels))
        }
        var marked: [(key: CopyKey, kind: ResourceKind, object: JSON)] = []
        for (kind, list) in zip(kinds, lists) {
            for object in try list.get() {
                if let key = CopyKey(object) { marked.append((key, kind, object)) }
            }
        }
        try refuseUnseen(discovery.failures, marked.map(\.object))
        return CopyUndoPlanner(
            name: name,
            includesVolumes: includesVolumes,
            surroundings: try await surroundings(of: marked.map(\.object), kinds)
        ).make(of: marked)
    }

    /// Removes; ends with the summary of what went and what did not.
    ///
    /// `report` hears of each object whether it went, from many tasks at once.
    package func perform(
        _ plan: CopyUndoPlan,
        report: @escaping @Sendable (_ hasGone: Bool) -> Void = { _ in }
    ) async -> CopyUndoSummary {
        var summary = CopyUndoSummary()
        let removing = ObjectRemoval(client: target, time: time, patience: .command)
        for wave in CopyWave.allCases.reversed() {
            let removals = plan.removals.filter { $0.wave == wave }
            let reasons = await BoundedWork.results(of: removals, width: CopyUndo.width) {
                let reason = await removing.remove($0.key, $0.kind, uid: $0.uid)
                report(reason == nil)
                return reason
            }
            for (removal, reason) in zip(removals, reasons) {
                if let reason {
                    summary.failures.append((removal.key, reason))
                } else {
                    summary.removed += 1
                }
            }
            if !summary.failures.isEmpty { return summary }
        }
        return summary
    }

    // MARK: - Reading

    /// A group that does not answer may hold what the copy made, or what would go with a namespace;
    /// one that the copy itself announced at the target goes with its announcement.
    private func refuseUnseen(
        _ failures: [Discovery.Failure],
        _ marked: [JSON]
    ) throws(CopyProblem) {
        let announced = Set(
            marked.filter { $0.kind == "APIService" && CopyMarks.isWritten($0, by: name) }.map {
                GroupVersion(
                    group: $0.at("spec", "group")?.string ?? "",
                    version: $0.at("spec", "version")?.string ?? ""
                )
            }
        )
        for failure in failures where !announced.contains(failure.groupVersion) {
            throw CopyProblem(
                "what the target holds of \(failure.groupVersion) cannot be seen: \(failure.reason)"
            )
        }
    }

    private func list(
        _ kind: ResourceKind,
        namespace: String? = nil,
        _ options: ListOptions
    ) async -> Result<[JSON], KubernetesError> {
        do {
            return .success(
                try await target.list(kind, namespace: namespace, options: options).items
            )
        } catch {
            return .failure(error)
        }
    }

    /// What would go along with namespaces and definitions, and who might use what would go.
    private func surroundings(
        of marked: [JSON],
        _ kinds: [ResourceKind]
    ) async throws -> [JSON] {
        let namespaces = Set(
            marked.compactMap { $0.kind == "Namespace" ? $0.name : $0.namespace }
        ).sorted()
        let defined = Set(
            marked.filter { $0.kind == "CustomResourceDefinition" }.compactMap(\.name)
        )
        let parts = kinds.flatMap { kind -> [(ResourceKind, String?)] in
            if defined.contains(kind.groupResource) { return [(kind, nil)] }
            return kind.isNamespaced ? namespaces.map { (kind, $0) } : []
        }
        let lists = await BoundedWork.results(of: parts, width: CopyUndo.width) { part in
            await list(part.0, namespace: part.1, ListOptions())
        }
        return try lists.flatMap { try $0.get() }
    }
}

/// What became of the objects.
package struct CopyUndoSummary: Sendable {
    /// How many objects went.
    package var removed = 0
    /// Why objects did not go, in the order of their removal.
    package var failures: [(key: CopyKey, reason: String)] = []

    /// Nothing went yet.
    package init() {}
}
