import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel

/// Nothing that could not be read may pass for absent.
struct UnreadableCheck: AssessmentCheck {
    let name = "unreadable"

    func findings(in estate: AssessedEstate) -> [Finding] {
        [estate.source, estate.target].flatMap { site in
            finding(
                .blocker,
                site.unreadable,
                "\(site.name) does not let it be read, so nobody knows what is there",
                remedy: "Give the right to list it: `diolkos rbac` prints it."
            )
        }
    }
}

/// Behind a group that nothing serves there is nothing that anybody could see, or lose unseen: the same
/// finding as a copy's.
struct GroupNotAnsweringCheck: AssessmentCheck {
    let name = "group-not-answering"

    func findings(in estate: AssessedEstate) -> [Finding] {
        [estate.source, estate.target].flatMap { site in
            finding(
                .decide,
                (site.discovery?.failures ?? []).map(\.description),
                "\(site.name) announces it and nothing answers for it, so that objects of it are not "
                    + "seen",
                remedy: "Start what serves it, or remove its APIService."
            )
        }
    }
}

/// Kinds of which the source has objects and of which the target serves no version that the source
/// serves too.
struct KindNotServedCheck: AssessmentCheck {
    let name = "kind-not-served"

    func findings(in estate: AssessedEstate) -> [Finding] {
        guard let source = estate.source.discovery else { return [] }
        return source.preferredKinds.sorted().flatMap { kind -> [Finding] in
            let objects = estate.moving(kind.groupKind)
            guard !objects.isEmpty else { return [] }
            let versions = source.kinds.filter { $0.groupResource == kind.groupResource }
            guard let target = estate.target.discovery else {
                return removed(versions, objects, at: estate.target.version)
            }
            if versions.contains(where: { target.kind(for: $0.groupVersionKind) != nil }) {
                return []
            }
            return notServed(kind, versions, objects, estate, target)
        }
    }

    private func notServed(
        _ kind: ResourceKind,
        _ versions: [ResourceKind],
        _ objects: [SlimObject],
        _ estate: AssessedEstate,
        _ target: Discovery
    ) -> [Finding] {
        let read = versions.map(\.version).joined(separator: ", ")
        if isDefinedAtSource(kind, estate) {
            return finding(
                .decide,
                objects,
                "the target lacks the definition of \(kind.groupResource) (\(read)); a copy brings "
                    + "the definition, but not the operator that gives these objects their effect",
                remedy: "Install the operator at the target first, or say that it comes along."
            )
        }
        if let failure = target.failure(of: kind.group) {
            return finding(
                .blocker,
                objects,
                "the target cannot say whether it serves \(kind.groupResource): \(failure.reason)",
                remedy: "Repair or remove the APIService of the group \(kind.group) at the target."
            )
        }
        let others = target.kinds.filter {
            $0.kind == kind.kind && $0.plural == kind.plural
        }.map(\.apiVersion)
        let successor = RemovedAPI.successor(of: kind.groupVersionKind)
        let elsewhere = (successor.map { [$0] } ?? []) + others
        return finding(
            .blocker,
            objects,
            "the source serves \(kind.groupResource) as \(read), and the target serves none of these",
            remedy: elsewhere.isEmpty
                ? "Install what serves it at the target, or leave the kind out."
                : "Write these objects as \(Set(elsewhere).sorted().joined(separator: " or ")) "
                    + "at the source, if it serves that, or leave the kind out."
        )
    }

    private func isDefinedAtSource(_ kind: ResourceKind, _ estate: AssessedEstate) -> Bool {
        estate.source.all("CustomResourceDefinition.apiextensions.k8s.io").contains {
            $0.body["group"]?.string == kind.group && $0.body["kind"]?.string == kind.kind
        }
    }

    /// Without a server to ask, what releases have removed decides.
    ///
    /// A live source gives its objects in any version that it serves; files only as they stand.
    private func removed(
        _ versions: [ResourceKind],
        _ objects: [SlimObject],
        at version: ServerVersion?
    ) -> [Finding] {
        guard let version else { return [] }
        let gone = versions.compactMap { RemovedAPI.removed($0.groupVersionKind, at: version) }
        guard gone.count == versions.count, let first = gone.first else { return [] }
        return finding(
            .blocker,
            objects,
            "\(first.kind) in \(first.groupVersion) is served no longer since Kubernetes "
                + "1.\(first.removedIn)",
            remedy: first.successor.map { "Write them as \($0)." }
                ?? "There is no successor: find out what these objects do, and replace them."
        )
    }
}

/// What objects become when the version that the source prefers is not served at the target.
struct KindBecomesCheck: AssessmentCheck {
    let name = "kind-becomes"

    func findings(in estate: AssessedEstate) -> [Finding] {
        guard let source = estate.source.discovery, let target = estate.target.discovery else {
            return []
        }
        return source.preferredKinds.sorted().flatMap { kind -> [Finding] in
            let objects = estate.moving(kind.groupKind)
            guard !objects.isEmpty, target.kind(for: kind.groupVersionKind) == nil else {
                return []
            }
            let shared = source.kinds.first {
                $0.groupResource == kind.groupResource
                    && target.kind(for: $0.groupVersionKind) != nil
            }
            guard let shared else { return [] }
            return finding(
                .note,
                objects,
                "the target does not serve \(kind.kind) in \(kind.apiVersion), which the source "
                    + "prefers; they are read and written as \(shared.apiVersion)",
                remedy: "Nothing, unless a field means something else in \(shared.apiVersion)."
            )
        }
    }
}

/// Who writes objects in versions that the target does not serve.
struct OldVersionWritersCheck: AssessmentCheck {
    let name = "writes-removed-version"

    func findings(in estate: AssessedEstate) -> [Finding] {
        var found: [String: [SlimObject]] = [:]
        for object in estate.source.objects.values.joined() where estate.isMoving(object) {
            for writer in object.writers where isGone(writer.apiVersion, object, estate.target) {
                let who = "\(writer.manager) writes \(object.key.kind) as \(writer.apiVersion)"
                found[who, default: []].append(object)
            }
        }
        return found.sorted { $0.key < $1.key }.flatMap { who, objects in
            finding(
                .decide,
                objects,
                "\(who), which the target does not serve: it will fail there, though the "
                    + "objects themselves can be copied",
                remedy: "Change the manifests or the client before it writes to the target."
            )
        }
    }

    private func isGone(_ apiVersion: String, _ object: SlimObject, _ target: SiteFacts) -> Bool {
        guard let version = GroupVersion(apiVersion: apiVersion), version.group == object.key.group
        else { return false }
        let kind = GroupVersionKind(
            group: version.group,
            version: version.version,
            kind: object.key.kind
        )
        if let discovery = target.discovery {
            // A kind of which nothing is served is told by another check.
            return discovery.kind(for: kind) == nil
                && discovery.kind(group: kind.group, kind: kind.kind) != nil
        }
        return target.version.flatMap { RemovedAPI.removed(kind, at: $0) } != nil
    }
}

/// What servers themselves remark: deprecated versions, above all.
struct ServerWarningsCheck: AssessmentCheck {
    let name = "server-warning"

    func findings(in estate: AssessedEstate) -> [Finding] {
        var told: Set<ServerWarning> = []
        return [estate.source, estate.target].flatMap { site in
            site.warnings.filter { told.insert($0).inserted }.flatMap { warning in
                finding(
                    .note,
                    estate.moving(warning.groupKind),
                    "\(site.name) says: \(warning.text)",
                    remedy:
                        "See who still writes them so (`writes-removed-version`), and what comes "
                        + "after."
                )
            }
        }
    }
}
