/// The share of a route's requests that goes to the target, in whole percent.
package struct Weight: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    package let percent: Int

    /// Nil outside 0...100.
    package init?(percent: Int) {
        guard (0...100).contains(percent) else { return nil }
        self.percent = percent
    }

    private init(unchecked percent: Int) { self.percent = percent }

    /// Everything stays at the source.
    package static let none = Weight(unchecked: 0)
    /// Everything goes to the target.
    package static let all = Weight(unchecked: 100)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let percent = try container.decode(Int.self)
        guard let weight = Weight(percent: percent) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a weight is a whole number from 0 to 100"
            )
        }
        self = weight
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(percent)
    }

    package var description: String { "\(percent) %" }

    package static func < (left: Weight, right: Weight) -> Bool { left.percent < right.percent }
}
