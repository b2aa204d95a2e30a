import JSONValues
import MigrationModel

/// Storage classes that claims name and the target lacks.
struct StorageClassCheck: AssessmentCheck {
    let name = "storage-class-absent"
    private static let classes = "StorageClass.storage.k8s.io"
    private static let isDefault = "storageclass.kubernetes.io/is-default-class"

    func findings(in estate: AssessedEstate) -> [Finding] {
        guard estate.target.isLive else { return [] }
        var named: [String: [String]] = [:]
        var unnamed: [String] = []
        for (object, wanted) in StorageClassCheck.claims(of: estate) {
            if let wanted {
                if !wanted.isEmpty { named[wanted, default: []].append(object) }
            } else {
                unnamed.append(object)
            }
        }
        var findings: [Finding] = []
        for (wanted, objects) in named.sorted(by: { $0.key < $1.key })
        where !estate.target.has(Self.classes, wanted) {
            let provisioner = estate.source.all(Self.classes).first { $0.name == wanted }
                .flatMap { $0.body["provisioner"]?.string }
            let told = provisioner.map { " (at the source \($0) provides it)" } ?? ""
            findings += finding(
                .blocker,
                objects,
                "the target has no StorageClass \(wanted)\(told): their volumes would never be "
                    + "made, and their pods never start",
                remedy: "Make the class at the target, or name one of its own: "
                    + Self.list(estate.target.all(Self.classes).map(\.name)) + "."
            )
        }
        let hasDefault = estate.target.all(Self.classes).contains {
            $0.annotations[Self.isDefault] == "true"
        }
        if !hasDefault {
            findings += finding(
                .blocker,
                unnamed,
                "they name no StorageClass, and none is the default one at the target",
                remedy: "Annotate a class of the target with \(Self.isDefault)=true."
            )
        }
        return findings
    }

    /// Claims and the templates of StatefulSets, each with the class that it names.
    static func claims(of estate: AssessedEstate) -> [(object: String, storageClass: String?)] {
        var claims: [(object: String, storageClass: String?)] = []
        for claim in estate.moving("PersistentVolumeClaim") {
            claims.append(("\(claim.key)", claim.body.at("spec", "storageClassName")?.string))
        }
        for set in estate.moving("StatefulSet.apps") {
            for template in set.body.at("spec", "volumeClaimTemplates")?.array ?? [] {
                claims.append(("\(set.key)", template.at("spec", "storageClassName")?.string))
            }
        }
        return claims
    }

    static func list(_ names: [String]) -> String {
        names.isEmpty ? "it has none" : names.joined(separator: ", ")
    }
}

/// Ingress classes that entries name and the target lacks.
struct IngressClassCheck: AssessmentCheck {
    let name = "ingress-class-absent"
    private static let classes = "IngressClass.networking.k8s.io"

    func findings(in estate: AssessedEstate) -> [Finding] {
        guard estate.target.isLive else { return [] }
        var named: [String: [SlimObject]] = [:]
        var unnamed: [SlimObject] = []
        for ingress in estate.moving("Ingress.networking.k8s.io") {
            let wanted =
                ingress.body.at("spec", "ingressClassName")?.string
                ?? ingress.annotations["kubernetes.io/ingress.class"]
            if let wanted {
                named[wanted, default: []].append(ingress)
            } else {
                unnamed.append(ingress)
            }
        }
        let present = estate.target.all(Self.classes)
        var findings: [Finding] = []
        for (wanted, objects) in named.sorted(by: { $0.key < $1.key })
        where !present.contains(where: { $0.name == wanted }) {
            findings += finding(
                .decide,
                objects,
                "the target has no IngressClass \(wanted): nobody there would serve them",
                remedy: "Install its controller, or name a class of the target: "
                    + StorageClassCheck.list(present.map(\.name)) + "."
            )
        }
        let isDefault = "ingressclass.kubernetes.io/is-default-class"
        if !present.contains(where: { $0.annotations[isDefault] == "true" }) {
            findings += finding(
                .decide,
                unnamed,
                "they name no IngressClass, and none is the default one at the target",
                remedy: "Annotate a class of the target with \(isDefault)=true, or name one."
            )
        }
        return findings
    }
}

/// Runtime classes that pods name and the target lacks: admission refuses such pods.
struct RuntimeClassCheck: AssessmentCheck {
    let name = "runtime-class-absent"

    func findings(in estate: AssessedEstate) -> [Finding] {
        absent("runtimeClassName", "RuntimeClass.node.k8s.io", in: estate) { wanted, _ in
            (
                .blocker,
                "the target has no RuntimeClass \(wanted): its admission refuses their pods",
                "Install the runtime on the target's nodes, and make its class."
            )
        }
    }
}

/// Priority classes that pods name and the target lacks.
struct PriorityClassCheck: AssessmentCheck {
    let name = "priority-class-absent"

    func findings(in estate: AssessedEstate) -> [Finding] {
        absent("priorityClassName", "PriorityClass.scheduling.k8s.io", in: estate) {
            wanted,
            isKnown in
            isKnown
                ? (
                    .note,
                    "the target has no PriorityClass \(wanted); a copy brings it along",
                    "See that its value fits among those of the target."
                )
                : (
                    .blocker,
                    "neither site has a PriorityClass \(wanted): admission refuses their pods",
                    "Make the class, or take its name out of the pods."
                )
        }
    }
}

extension AssessmentCheck {
    /// Names that a field of pods' specs has and no object of the target bears.
    ///
    /// `say` is told the name, and whether the source has it.
    fileprivate func absent(
        _ field: String,
        _ groupKind: String,
        in estate: AssessedEstate,
        _ say: (String, Bool) -> (Finding.Severity, String, String)
    ) -> [Finding] {
        guard estate.target.isLive else { return [] }
        var named: [String: [SlimObject]] = [:]
        for workload in estate.movingWorkloads {
            guard let name = workload.pods?.spec[field]?.string, !name.isEmpty else { continue }
            named[name, default: []].append(workload)
        }
        return named.sorted { $0.key < $1.key }.flatMap { wanted, objects -> [Finding] in
            if estate.target.has(groupKind, wanted) { return [] }
            let (severity, reason, remedy) = say(wanted, estate.source.has(groupKind, wanted))
            return finding(severity, objects, reason, remedy: remedy)
        }
    }
}
