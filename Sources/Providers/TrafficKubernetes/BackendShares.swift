import JSONValues
import KubernetesObjects
import MigrationModel

/// Shares as weights in a list of backends, in one rule of an object or in several alike.
struct BackendShares: ShareForm {
    /// What the two weights sum up to: older versions of Istio refuse anything else, and nobody minds.
    private static let pairScale = 100

    let list: BackendList
    let route: WeightedRoute
    let source: String
    let target: String

    var kinds: [SharedKind] { list.kinds }

    private var pair: WeightPair { WeightPair(scale: Self.pairScale, absent: list.absent) }

    /// A rule with the backends of both sites.
    private struct Rule {
        /// What its places are called: its own name, else its number.
        let key: String
        let pointer: [String]
        let backends: [JSON]
        var source: Int?
        var target: Int?

        var isShared: Bool { source != nil && target != nil }
    }

    func places(in object: JSON) throws(ShareProblem) -> [SharePlace] {
        let shared = try rules(in: object).filter(\.isShared)
        guard !shared.isEmpty else {
            let there = rulesOfAll(in: object).flatMap(\.backends).map {
                list.name(of: $0, in: route.namespace)
            }
            throw ShareProblem(
                "no rule leads to both \(source) and \(target)"
                    + (there.isEmpty
                        ? "" : " (there are \(Set(there).sorted().joined(separator: ", ")))"),
                "add both to one list, the target with the weight 0"
            )
        }
        return shared.flatMap { rule in
            [("source", rule.source), ("target", rule.target)].compactMap { side, index in
                index.map { index in
                    SharePlace(
                        key: "\(rule.key)/\(side)",
                        pointer: JSONPointer(tokens: rule.pointer + [String(index), "weight"]),
                        value: rule.backends[index]["weight"] ?? .null
                    )
                }
            }
        }
    }

    func share(of values: ShareValues) throws(ShareProblem) -> Weight {
        var shares: Set<Weight> = []
        for rule in keys(of: values) {
            shares.insert(
                try pair.share(
                    source: values.byKey["\(rule)/source"] ?? .null,
                    target: values.byKey["\(rule)/target"] ?? .null
                )
            )
        }
        guard let share = shares.first, shares.count == 1 else {
            throw ShareProblem(
                "its rules share their requests differently",
                "give them the same weights, or name one rule in the route"
            )
        }
        return share
    }

    func values(for weight: Weight, now: ShareValues) throws(ShareProblem) -> ShareValues {
        var wanted = now
        for rule in keys(of: now) {
            let (source, target) = pair.values(
                for: weight,
                source: now.byKey["\(rule)/source"] ?? .null,
                target: now.byKey["\(rule)/target"] ?? .null
            )
            wanted.byKey["\(rule)/source"] = source
            wanted.byKey["\(rule)/target"] = target
        }
        return wanted
    }

    func admits(_ value: JSON) -> Bool { WeightPair.admits(value) }

    func obstacle(in object: JSON) -> ShareProblem? {
        let rules: [Rule]
        do { rules = try self.rules(in: object) } catch { return error }
        for rule in rules {
            if !rule.isShared, route.rule == nil {
                return ShareProblem(
                    "rule \(rule.key) leads to one of the two sites only, and would stay there",
                    "add the other backend with the weight 0, or name one rule in the route"
                )
            }
            for (index, backend) in rule.backends.enumerated()
            where index != rule.source && index != rule.target {
                // A mirror takes copies of requests and no share of them (Contour).
                if backend["mirror"]?.bool == true { continue }
                let weight = backend["weight"] ?? .null
                guard (WeightPair.whole(weight) ?? list.absent) != 0 else { continue }
                return ShareProblem(
                    "a third backend, \(list.name(of: backend, in: route.namespace)), takes a share",
                    "give it the weight 0, or a rule of its own"
                )
            }
        }
        return nil
    }

    /// The rules that the route means: the one that it names, or all that lead to either site.
    private func rules(in object: JSON) throws(ShareProblem) -> [Rule] {
        let all = rulesOfAll(in: object)
        guard let name = route.rule else {
            return all.filter { $0.source != nil || $0.target != nil }
        }
        // A name that is a number is a name first.
        let named = all.filter { $0.key == name }
        if let rule = named.first, named.count == 1 { return [rule] }
        if let number = Int(name), all.indices.contains(number) { return [all[number]] }
        throw ShareProblem(
            all.count == 1 ? "it has one rule only" : "it has no rule \(name)",
            "name one of \(all.map(\.key).joined(separator: ", "))"
        )
    }

    private func rulesOfAll(in object: JSON) -> [Rule] {
        guard let path = list.rules else {
            return [rule(object, key: "0", at: [])]
        }
        return (object.at(path)?.array ?? []).enumerated().map { index, element in
            rule(
                element,
                key: element["name"]?.string ?? String(index),
                at: path + [String(index)]
            )
        }
    }

    private func rule(_ element: JSON, key: String, at pointer: [String]) -> Rule {
        let backends = element.at(list.backends)?.array ?? []
        func index(of name: String) -> Int? {
            backends.firstIndex { list.matches($0, name, in: route.namespace) }
        }
        return Rule(
            key: key,
            pointer: pointer + list.backends,
            backends: backends,
            source: index(of: source),
            target: index(of: target)
        )
    }

    /// The rules of which `values` speaks.
    private func keys(of values: ShareValues) -> [String] {
        let keys = values.byKey.keys.filter { $0.hasSuffix("/source") }.map {
            String($0.dropLast(7))
        }
        return keys.sorted()
    }
}
