import JSONValues
import KubernetesObjects
import MigrationModel

/// How the objects of one kind state what share of a route goes where: pure.
protocol ShareForm: Sendable {
    /// The kinds that have this form, the one that is looked for first in front.
    var kinds: [SharedKind] { get }

    /// Where `object` states the shares, and what stands there now.
    func places(in object: JSON) throws(ShareProblem) -> [SharePlace]

    /// The share that values mean.
    func share(of values: ShareValues) throws(ShareProblem) -> Weight

    /// What has to stand at the places for `weight`, where `now` stands there.
    func values(for weight: Weight, now: ShareValues) throws(ShareProblem) -> ShareValues

    /// Whether a value could have been read at one of the places.
    func admits(_ value: JSON) -> Bool

    /// Why a weight of ours would not be what is served, whatever is written; nil for no reason.
    func obstacle(in object: JSON) -> ShareProblem?
}

/// A kind by which objects of a form may be served.
struct SharedKind: Sendable, Hashable {
    let group: String
    let kind: String
    /// Nil for the one that the server prefers.
    var version: String?
}

/// A place of an object where something is stated of its shares.
struct SharePlace: Sendable, Hashable {
    /// By what a recorded value is given back: what the place means, whatever its position.
    let key: String
    let pointer: JSONPointer
    /// Null where nothing stands.
    let value: JSON
}

/// What stands at each place, by its key; null where nothing does.
struct ShareValues: Sendable, Hashable {
    var byKey: JSONMembers

    init(_ byKey: JSONMembers) { self.byKey = byKey }

    init(_ places: [SharePlace]) {
        byKey = JSONMembers(places.map { (key: $0.key, value: $0.value) })
    }

    /// Reads what `text` wrote; nil when it is something else.
    init?(_ text: String) {
        do {
            guard let members = try JSON.parse(text).object else { return nil }
            byKey = members
        } catch {
            return nil
        }
    }

    /// Equal for equal values.
    var text: String { JSON.object(byKey).text() }
}

/// Why an object cannot be understood or changed, and what to do.
struct ShareProblem: Error, Hashable {
    let seen: String
    let advice: String

    init(_ seen: String, _ advice: String) {
        self.seen = seen
        self.advice = advice
    }

    var text: String { "\(seen); \(advice)" }
}

/// Two weights that relate as the shares of the sites do.
struct WeightPair: Sendable, Hashable {
    /// What the two sum up to when they are written.
    let scale: Int
    /// What a weight is that is not stated.
    let absent: Int

    func share(source: JSON, target: JSON) throws(ShareProblem) -> Weight {
        let weights = (source: try number(source), target: try number(target))
        guard let share = Weight(source: weights.source, target: weights.target) else {
            throw ShareProblem("both sites have the weight 0", "give the source a weight")
        }
        return share
    }

    /// Both, each in the form in which it stands there now: as a number, or as a text of one.
    func values(for weight: Weight, source: JSON, target: JSON) -> (source: JSON, target: JSON) {
        let part = WeightPair.part(weight, of: scale)
        func written(_ value: Int, like now: JSON) -> JSON {
            now.string == nil ? .int(value) : .string(String(value))
        }
        return (written(scale - part, like: source), written(part, like: target))
    }

    static func admits(_ value: JSON) -> Bool {
        value.isNull || (whole(value).map { $0 >= 0 } ?? false)
    }

    /// So much of `scale`, rounded; neither a part nor the rest is rounded away.
    static func part(_ weight: Weight, of scale: Int) -> Int {
        let rounded = (weight.percent * scale + 50) / 100
        if weight == .none || weight == .all { return rounded }
        return min(scale - 1, max(1, rounded))
    }

    /// A whole number, also as a text.
    static func whole(_ value: JSON) -> Int? { value.int ?? value.string.flatMap { Int($0) } }

    private func number(_ value: JSON) throws(ShareProblem) -> Int {
        if value.isNull { return absent }
        guard let number = WeightPair.whole(value), (0...1_000_000).contains(number) else {
            throw ShareProblem(
                "\(value.text()) stands where a weight should",
                "write a whole number"
            )
        }
        return number
    }
}
