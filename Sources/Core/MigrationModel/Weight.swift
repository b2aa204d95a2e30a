/// The share of a route's requests that goes to the target, in whole percent.
package struct Weight: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// From 0 to 100.
    package let percent: Int

    /// Nil outside 0...100.
    package init?(percent: Int) {
        guard (0...100).contains(percent) else { return nil }
        self.percent = percent
    }

    private init(unchecked percent: Int) { self.percent = percent }

    /// The target's share where the two sides weigh so much; none and all only when they are exactly
    /// so, and nil when neither weighs anything.
    package init?(source: Int, target: Int) {
        guard source >= 0, target >= 0, source + target > 0 else { return nil }
        let rounded = (target * 100 + (source + target) / 2) / (source + target)
        switch (source, target) {
        case (0, _): self = .all
        case (_, 0): self = .none
        default: self.init(percent: min(99, max(1, rounded)))
        }
    }

    /// Everything stays at the source.
    package static let none = Weight(unchecked: 0)
    /// Everything goes to the target.
    package static let all = Weight(unchecked: 100)

    /// Reads a whole number; one outside 0...100 is corrupt data.
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

    /// Writes the whole number.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(percent)
    }

    /// `25 %`.
    package var description: String { "\(percent) %" }

    /// By what goes to the target.
    package static func < (left: Weight, right: Weight) -> Bool { left.percent < right.percent }
}
