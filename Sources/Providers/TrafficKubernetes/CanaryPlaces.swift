import JSONValues
import KubernetesObjects

/// Whether a canary Ingress of ingress-nginx would do what its weight says, among the other Ingresses of
/// its namespace: pure.
///
/// The controller hangs a canary on the *upstream* of the rule that it shadows (namespace, Service and
/// port), not on the rule, and takes the first canary of an upstream only (ingress-nginx,
/// `mergeAlternativeBackends` and balancer.lua).
struct CanaryPlaces {
    /// A rule of an Ingress, and where it leads.
    struct Place: Hashable {
        let ingress: String
        let host: String
        let path: String
        let upstream: String

        /// By what the controller finds the rule that a canary shadows.
        var key: String { "\(host)\(path)" }
    }

    private let canary: JSON
    private let own: [Place]
    private let otherCanaries: [Place]
    private let primaries: [Place]
    private let others: [JSON]

    init(canary: JSON, others: [JSON]) {
        self.canary = canary
        self.others = others
        own = Self.places(of: canary)
        let isCanary: (JSON) -> Bool = { $0.annotations[CanaryShares.canary] == "true" }
        otherCanaries = others.filter(isCanary).flatMap(Self.places)
        primaries = others.filter { !isCanary($0) }.flatMap(Self.places)
    }

    /// What makes the weight mean something else, or nothing.
    var problems: [ShareProblem] {
        var problems: [ShareProblem] = []
        if own.isEmpty {
            problems.append(ShareProblem("it has no path", "give it the host and path to shadow"))
        }
        for place in own {
            guard let primary = primaries.first(where: { $0.key == place.key }) else {
                problems.append(
                    ShareProblem(
                        "no other Ingress of its namespace has \(place.key), so it is left out",
                        "give it the very host and path of the Ingress to shadow"
                    )
                )
                continue
            }
            problems += Self.problems(of: place, shadowing: primary)
            let shared = primaries.filter { $0.upstream == primary.upstream && !shadows($0) }
            if !shared.isEmpty {
                problems.append(
                    ShareProblem(
                        "\(Self.keys(of: shared)) lead to \(primary.upstream) as well, and would be "
                            + "shared by the same weight",
                        "lead what is to move to a Service of its own"
                    )
                )
            }
            let rivals = otherCanaries.filter { $0.key == place.key }
            if !rivals.isEmpty {
                problems.append(
                    ShareProblem(
                        "another canary, \(Set(rivals.map(\.ingress)).sorted().joined(separator: ", "))"
                            + ", has \(place.key), and one of them only is taken",
                        "remove the other one"
                    )
                )
            }
            if primaries.contains(where: { $0.upstream == place.upstream }) {
                problems.append(
                    ShareProblem(
                        "\(place.upstream) is led to by another Ingress, so it is no alternative",
                        "lead the canary to a Service of its own"
                    )
                )
            }
        }
        var seen: Set<ShareProblem> = []
        return problems.filter { seen.insert($0).inserted }
    }

    /// What moves some requests by another rule than the weight.
    var remarks: [ShareProblem] {
        var remarks: [ShareProblem] = []
        for annotation in CanaryShares.byRequest where canary.annotations[annotation] != nil {
            remarks.append(
                ShareProblem(
                    "\(annotation) decides for those who send it, whatever the weight is",
                    "take it away, or know who sends it"
                )
            )
        }
        let shadowed = Set(primaries.filter(shadows).map(\.ingress))
        for other in others where shadowed.contains(other.name ?? "") {
            guard other.annotations[CanaryShares.affinity] != nil,
                canary.annotations[CanaryShares.affinityCanary] != "legacy"
            else { continue }
            remarks.append(
                ShareProblem(
                    "Ingress \(other.name ?? "?") keeps its users where they were, so the weight moves "
                        + "new ones only",
                    "annotate the canary with \(CanaryShares.affinityCanary): legacy"
                )
            )
        }
        return remarks
    }

    private func shadows(_ primary: Place) -> Bool { own.contains { $0.key == primary.key } }

    private static func problems(of place: Place, shadowing primary: Place) -> [ShareProblem] {
        var problems: [ShareProblem] = []
        if place.host.isEmpty {
            problems.append(ShareProblem("it has a rule without a host", "write the host"))
        }
        if place.upstream == primary.upstream {
            problems.append(
                ShareProblem(
                    "it leads to \(place.upstream), as the Ingress that it shadows does",
                    "lead it to the target"
                )
            )
        }
        return problems
    }

    private static func keys(of places: [Place]) -> String {
        Set(places.map { "\($0.key) of \($0.ingress)" }).sorted().joined(separator: ", ")
    }

    private static func places(of ingress: JSON) -> [Place] {
        (ingress.at("spec", "rules")?.array ?? []).flatMap { rule in
            (rule.at("http", "paths")?.array ?? []).map { path in
                let service = path.at("backend", "service") ?? .emptyObject
                let port =
                    service.at("port", "name")?.string
                    ?? service.at("port", "number")?.int.map(String.init) ?? ""
                return Place(
                    ingress: ingress.name ?? "",
                    host: rule["host"]?.string ?? "",
                    path: path["path"]?.string ?? "/",
                    upstream: "\(service["name"]?.string ?? "?"):\(port)"
                )
            }
        }
    }
}
