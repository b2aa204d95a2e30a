import MigrationModel

/// Pods that the target's namespaces would refuse.
struct PodSecurityCheck: AssessmentCheck {
    let name = "pod-security"
    private static let enforce = "pod-security.kubernetes.io/enforce"

    func findings(in estate: AssessedEstate) -> [Finding] {
        var found: [String: [SlimObject]] = [:]
        for workload in estate.movingWorkloads {
            guard let pods = workload.pods,
                let level = level(of: workload.namespace, in: estate)
            else { continue }
            let violations = PodSecurity.violations(of: pods.spec, level: level)
            if violations.isEmpty { continue }
            let what =
                "the namespace \(workload.namespace) enforces the Pod Security level "
                + "\(level.rawValue), which forbids: \(violations.joined(separator: ", "))"
            found[what, default: []].append(workload)
        }
        return found.sorted { $0.key < $1.key }.flatMap { reason, objects in
            finding(
                .blocker,
                objects,
                "\(reason). The workloads are made there, but none of their pods",
                remedy:
                    "Change the pods, or the label \(Self.enforce) of the namespace at the target."
            )
        }
    }

    /// What will be enforced: by the target's namespace, or by the source's where that is copied.
    private func level(of namespace: String, in estate: AssessedEstate) -> PodSecurity.Level? {
        let found = [estate.target, estate.source].lazy.compactMap { site in
            site.all("Namespace").first { $0.name == namespace }
        }.first
        return found?.labels[Self.enforce].flatMap { PodSecurity.Level(rawValue: $0) }
    }
}
