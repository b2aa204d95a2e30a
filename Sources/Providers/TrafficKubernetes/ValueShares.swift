import JSONValues
import KubernetesObjects
import MigrationModel

/// Shares as two values at stated places of any object.
struct ValueShares: ShareForm {
    let kinds: [SharedKind]
    let source: JSONPointer
    let target: JSONPointer
    let pair: WeightPair

    init(kind: SharedKind, source: String, target: String, scale: Int) {
        kinds = [kind]
        self.source = JSONPointer(source)
        self.target = JSONPointer(target)
        pair = WeightPair(scale: scale, absent: 0)
    }

    func places(in object: JSON) throws(ShareProblem) -> [SharePlace] {
        var places: [SharePlace] = []
        for (key, pointer) in [("source", source), ("target", target)] {
            guard let value = pointer.find(in: object) else {
                throw ShareProblem("nothing stands at \(pointer.text)", "correct the pointer")
            }
            places.append(SharePlace(key: key, pointer: pointer, value: value))
        }
        return places
    }

    func share(of values: ShareValues) throws(ShareProblem) -> Weight {
        try pair.share(
            source: values.byKey["source"] ?? .null,
            target: values.byKey["target"] ?? .null
        )
    }

    func values(for weight: Weight, now: ShareValues) throws(ShareProblem) -> ShareValues {
        let (source, target) = pair.values(
            for: weight,
            source: now.byKey["source"] ?? .null,
            target: now.byKey["target"] ?? .null
        )
        return ShareValues(["source": source, "target": target])
    }

    func admits(_ value: JSON) -> Bool { WeightPair.admits(value) && !value.isNull }

    func obstacle(in object: JSON) -> ShareProblem? { nil }
}
