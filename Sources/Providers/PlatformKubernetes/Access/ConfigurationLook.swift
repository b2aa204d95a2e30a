import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Looks whether what pods of a workload read was changed here since it was copied to the other site.
///
/// Keys are named and values never: half of what is looked at are Secrets.
struct ConfigurationLook: Sendable {
    private static let keysToldMax = 5

    let access: SiteAccess
    let workload: WorkloadID

    func state(
        _ configuration: [CopiedConfiguration]
    ) async throws(ProviderError) -> ConditionState {
        for copied in configuration { try await check(copied) }
        return .holds
    }

    private func check(_ copied: CopiedConfiguration) async throws(ProviderError) {
        let now = try await access.get(copied.reference)
        if copied.original.uid == now.uid,
            copied.original.resourceVersion == now.resourceVersion
        {
            return
        }
        guard let copy = try await access.other.find(copied.reference) else {
            throw .drift(
                reason:
                    "\(copied.reference) is not at \(access.other.context) any more, and the pods "
                    + "of \(workload) there read it; put it there again, then `diolkos "
                    + "plan --again \(workload.namespace)/\(workload.name)`"
            )
        }
        let keys = try values(of: now, for: copy, copied).keysApart(
            from: ConfiguredValues(of: copy)
        )
        .filter { !copied.keysApart.contains($0) }
        guard keys.isEmpty else { throw .drift(reason: reason(keys, of: now, copy, copied)) }
    }

    /// What the copy should hold now.
    ///
    /// Why a patch does not apply may tell a value, so a person asks the copy for it.
    private func values(
        of now: JSON,
        for copy: JSON,
        _ copied: CopiedConfiguration
    ) throws(ProviderError) -> ConfiguredValues {
        do {
            return try access.copiedForm.values(of: now, for: copy)
        } catch {
            throw .drift(
                reason:
                    "\(copied.reference) was changed at \(access.context) since it was copied, and the "
                    + "file's transforms.patches do not apply to it any more: `diolkos copy --dry-run` "
                    + "tells why. Mend one of both and copy again, then `diolkos plan --again "
                    + "\(workload.namespace)/\(workload.name)`"
            )
        }
    }

    private func reason(
        _ keys: [String],
        of now: JSON,
        _ copy: JSON,
        _ copied: CopiedConfiguration
    ) -> String {
        let rest = keys.count - ConfigurationLook.keysToldMax
        let listing =
            keys.prefix(ConfigurationLook.keysToldMax).joined(separator: ", ")
            + (rest > 0 ? " and \(rest) more" : "")
        let who = writer(of: now).map { " by \($0)" } ?? ""
        // A copy leaves alone what a run has made.
        let isOfCopy = copy.labels[MarkNames.copy] != nil && Marks.run(of: copy) == nil
        let remedy =
            isOfCopy
            ? "Copy it again (`diolkos copy`)"
            : "Give the one at \(access.other.context) the same values"
        return
            "\(copied.reference) was changed at \(access.context)\(who) since it was copied: its "
            + "\(keys.count == 1 ? "key" : "keys") \(listing) "
            + "\(keys.count == 1 ? "is" : "are") not what \(access.other.context) has, and the pods "
            + "of \(workload) there would run with that. \(remedy), or give it back as it was; then "
            + "`diolkos plan --again \(workload.namespace)/\(workload.name)`"
    }

    /// Who wrote values last, and when, as the server took it down; nil where it did not.
    private func writer(of object: JSON) -> String? {
        let places: Set<FieldElement> = [.name("data"), .name("binaryData")]
        let writers = ManagedFields(of: object).entries.filter { entry in
            entry.fields.paths.contains { path in path.first.map(places.contains) ?? false }
        }
        let last = writers.max { ($0.time ?? "", $0.manager) < ($1.time ?? "", $1.manager) }
        return last.map { $0.manager.name + ($0.time.map { " at \($0)" } ?? "") }
    }
}
