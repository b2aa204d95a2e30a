import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import Sealing

/// Writes what a copy would take into a folder or an archive, for sites that cannot see each other.
package struct BundleWriter: Sendable {
    private let path: String
    private let passphrase: Passphrase?

    /// `path` must not be there yet; an archive is written when it ends with `.tar`.
    ///
    /// Without a passphrase no Secret is written.
    package init(path: String, passphrase: Passphrase?) {
        self.path = path
        self.passphrase = passphrase
    }

    /// What was written, and what was not.
    package struct Summary: Sendable {
        /// How many objects have a file.
        package var objects = 0
        /// How many Secrets have none, for want of a passphrase.
        package var secretsLeft = 0
        /// What a copy would leave at the source, too, sorted by key.
        package var leftOut: [CopyPlan.LeftOut] = []
    }

    /// Reads the source and writes the bundle; the manifest last, so that a bundle that was cut off
    /// is none.
    package func write(_ rule: CopyRule, from source: any ObjectSource) async throws -> Summary {
        var store = try BundleForm.store(at: path)
        do {
            return try await write(rule, from: source, to: &store)
        } catch {
            try store.abandon()
            throw error
        }
    }

    private func write(
        _ rule: CopyRule,
        from source: any ObjectSource,
        to store: inout any BundleStore
    ) async throws -> Summary {
        let discovery = try await source.discover()
        let choices = try CopyMaking.choices(rule, source: discovery, target: discovery)
        let objects = try await SiteObjects.read(
            choices.map(\.source),
            in: rule.selection.namespaces,
            of: source,
            discovery: discovery
        )
        guard objects.unreadable.isEmpty else {
            throw CopyProblem(
                "a bundle would not be whole: \(objects.unreadable.joined(separator: "; "))"
            )
        }
        var plan = CopyPlan(name: rule.name, items: [], leftOut: [], findings: [])
        let selected = try CopyPlanner(
            rule,
            choices: choices,
            source: objects,
            target: SiteObjects(discovery: discovery)
        ).selectedObjects(&plan)
        let isWhole =
            rule.selection == CopySelection() && rule.scope == .everything
            && !objects.objects.values.contains(where: CopyMarks.isMoving)
        return try write(
            selected,
            choices.map(\.source),
            plan,
            isWhole: isWhole,
            from: source.name,
            to: &store
        )
    }

    private func write(
        _ selected: [(key: CopyKey, object: JSON)],
        _ kinds: [ResourceKind],
        _ plan: CopyPlan,
        isWhole: Bool,
        from source: String,
        to store: inout any BundleStore
    ) throws -> Summary {
        var summary = Summary(leftOut: plan.leftOut)
        let salt = passphrase == nil ? nil : Passphrase.freshSalt()
        let key = try salt.flatMap { try passphrase?.key(salt: $0) }
        var entries: [BundleManifest.Entry] = []
        for (objectKey, object) in selected {
            let isSecret = objectKey.kindName == "Secret"
            if isSecret, key == nil {
                summary.secretsLeft += 1
                continue
            }
            entries.append(try write(objectKey, object, sealedBy: isSecret ? key : nil, to: &store))
            summary.objects += 1
        }
        // Of a whole source those kinds, too, of which it has nothing: a target may have something.
        let isWhole = isWhole && summary.secretsLeft == 0
        let used = Set(selected.map(\.key.kindName))
        let manifest = BundleManifest(
            source: source,
            kinds: kinds.filter { isWhole || used.contains($0.groupKind) },
            entries: entries.sorted { $0.path < $1.path },
            salt: salt,
            isWhole: isWhole
        )
        try store.add(BundleManifest.fileName, manifest.json(key).encoded(.indented))
        try store.finish()
        return summary
    }

    /// One file an object; its path says which one it is.
    private func write(
        _ key: CopyKey,
        _ object: JSON,
        sealedBy sealing: SealingKey?,
        to store: inout any BundleStore
    ) throws -> BundleManifest.Entry {
        let place = key.namespace.map { "namespaces/\($0)" } ?? "cluster"
        // Names of some kinds have colons, which are fine here; none has a slash.
        let name = "\(key.name).json\(sealing == nil ? "" : BundleManifest.sealedSuffix)"
        let path = "\(place)/\(key.kindName)/\(name)"
        var bytes = object.encoded(sealing == nil ? .indented : .compact)
        if let sealing { bytes = try sealing.seal(bytes, context: path) }
        try store.add(path, bytes)
        return BundleManifest.Entry(path: path, digest: Digest(of: bytes).hex)
    }
}
