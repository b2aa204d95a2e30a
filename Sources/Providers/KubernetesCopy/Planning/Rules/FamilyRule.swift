import JSONValues
import KubernetesObjects
import MigrationModel

/// A Service that a user wants to have addresses of both families gets those that the target has:
/// a server of one family refuses to be asked for two.
struct FamilyRule: DetailRule {
    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding] {
        let policy = wanted.at("spec", "ipFamilyPolicy")
        guard wanted.groupKind == "Service",
            policy == FamilyRule.both || policy == FamilyRule.preferred, !isFree(wanted)
        else { return [] }
        let before = wanted
        // Which comes first is the cluster's to say, and cannot be changed later.
        wanted.remove(at: "spec", "ipFamilies")
        let isKept = present?.at("spec", "ipFamilyPolicy") == FamilyRule.both
        wanted.set(isKept ? FamilyRule.both : FamilyRule.preferred, at: "spec", "ipFamilyPolicy")
        guard wanted != before else { return [] }
        return [
            Finding(
                check: "address-families",
                severity: .note,
                objects: ["\(key)"],
                reason: "it names the families of its addresses; its copy prefers both and gets "
                    + "those that the target has",
                remedy: "See whether its callers at the target need an address of IPv6."
            )
        ]
    }

    private static let both: JSON = "RequireDualStack"
    private static let preferred: JSON = "PreferDualStack"

    /// Without addresses and pods of its own a Service may name any family at any cluster.
    private func isFree(_ service: JSON) -> Bool {
        service.at("spec", "clusterIP") == "None"
            && service.at("spec", "selector")?.object?.isEmpty != false
    }
}
