import JSONValues
import KubernetesObjects
import MigrationModel

/// Shares as the weight of a canary Ingress of ingress-nginx.
struct CanaryShares: ShareForm {
    private static let prefix = "nginx.ingress.kubernetes.io/"
    static let canary = prefix + "canary"
    static let weight = prefix + "canary-weight"
    static let total = prefix + "canary-weight-total"
    /// Each of them decides before the weight does, for whoever sends it.
    static let byRequest = ["canary-by-header", "canary-by-cookie"].map { prefix + $0 }
    static let affinity = prefix + "affinity"
    static let affinityCanary = prefix + "affinity-canary-behavior"

    let kinds = [SharedKind(group: "networking.k8s.io", kind: "Ingress")]

    func places(in object: JSON) throws(ShareProblem) -> [SharePlace] {
        guard object.annotations[Self.canary] == "true" else {
            throw ShareProblem(
                "it is no canary",
                "annotate it with \(Self.canary): \"true\", and lead it to the target"
            )
        }
        return [("weight", Self.weight), ("total", Self.total)].map { key, annotation in
            SharePlace(
                key: key,
                pointer: JSONPointer(tokens: ["metadata", "annotations", annotation]),
                value: object.annotations[annotation].map(JSON.string) ?? .null
            )
        }
    }

    func share(of values: ShareValues) throws(ShareProblem) -> Weight {
        let total = try total(of: values)
        let weight = try number(values.byKey["weight"] ?? .null, absent: 0)
        return Weight(source: max(0, total - weight), target: min(weight, total)) ?? .none
    }

    func values(for weight: Weight, now: ShareValues) throws(ShareProblem) -> ShareValues {
        var wanted = now
        let part = WeightPair.part(weight, of: try total(of: now))
        wanted.byKey["weight"] = .string(String(part))
        return wanted
    }

    func admits(_ value: JSON) -> Bool {
        value.isNull || value.string.flatMap { Int($0) }.map { $0 >= 0 } ?? false
    }

    func obstacle(in object: JSON) -> ShareProblem? { nil }

    /// The balancer looks at a total above 100 only (ingress-nginx, balancer.lua).
    private func total(of values: ShareValues) throws(ShareProblem) -> Int {
        max(100, try number(values.byKey["total"] ?? .null, absent: 100))
    }

    private func number(_ value: JSON, absent: Int) throws(ShareProblem) -> Int {
        if value.isNull { return absent }
        guard let number = value.string.flatMap({ Int($0) }), number >= 0 else {
            throw ShareProblem(
                "\(value.text()) stands where a weight should",
                "write a whole number"
            )
        }
        return number
    }
}
