import JSONValues
import KubernetesObjects
import MigrationModel

/// Who else writes what a route's weights stand in: pure.
struct FieldOwners {
    private let reading: RouteReading
    /// How much it matters that somebody may put the weights back.
    private let severity: Finding.Severity

    /// Where others `areHandled`, they are told and nothing more: somebody keeps them from it.
    init(_ reading: RouteReading, areHandled: Bool) {
        self.reading = reading
        severity = areHandled ? .note : .blocker
    }

    /// Tools that people run by hand: they wrote once, and do not come back by themselves.
    private static let byHand = ["kubectl", "helm", "k9s", "lens", "oc", "before-first-apply"]
    /// What Diolkos calls itself, whatever wrote before it.
    private static let own = "diolkos"

    var findings: [Finding] {
        var findings: [Finding] = []
        let keeper = ObjectKeeper(of: reading.object)
        if let keeper, keeper != .helm {
            findings.append(
                finding(
                    severity,
                    "\(keeper.rawValue) keeps it as its repository has it, and may put the weights back",
                    "pause \(keeper.rawValue) for it, or let it ignore the weights, until the end"
                        + thenSay
                )
            )
        }
        if let owner = reading.object.controllerReference {
            let name = "\(owner["kind"]?.string ?? "?") \(owner["name"]?.string ?? "?")"
            findings.append(
                finding(
                    severity,
                    "\(name) made it, and its controller may put the weights back",
                    "pause that controller until the end" + thenSay
                )
            )
        }
        for (name, operation) in managers {
            let isByHand = Self.byHand.contains { name.lowercased().hasPrefix($0) }
            findings.append(
                finding(
                    isByHand ? .note : severity,
                    "\"\(name)\" owns its weights by \(operation.rawValue)",
                    isByHand
                        ? "do not apply it from a file again before the end"
                        : "make sure that \(name) does not put them back before the end"
                            + thenSay
                )
            )
        }
        return findings
    }

    /// How to go on once it is so.
    private var thenSay: String {
        severity == .note ? "" : ", and write spec.traffic.kubernetes.owners: handled"
    }

    /// Sorted, each once.
    private var managers: [(String, ManagedFields.Operation)] {
        let managed = ManagedFields(of: reading.object)
        let owners = reading.places.flatMap { place in
            managed.owners(of: place.pointer, in: reading.object).map(\.manager)
        }
        var seen: Set<String> = []
        return owners.sorted()
            .filter { $0.name != Self.own && seen.insert($0.name).inserted }
            .map { ($0.name, $0.operation) }
    }

    private func finding(
        _ severity: Finding.Severity,
        _ reason: String,
        _ remedy: String
    ) -> Finding {
        Finding(
            check: "route-owner",
            severity: severity,
            objects: [reading.name],
            reason: reason,
            remedy: remedy
        )
    }
}
