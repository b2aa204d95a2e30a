import Testing

/// A way to spoil a stored plan, and the whole message that it must give.
struct SpoiledPlan: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Between `the plan cannot be read: ` and the remedy.
    let problem: String
    let spoil: @Sendable ([UInt8]) throws -> [UInt8]

    init(
        _ description: String,
        _ problem: String,
        _ spoil: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) {
        testDescription = description
        self.problem = problem
        self.spoil = spoil
    }

    /// A piece of the text that is replaced by another, once.
    static func text(
        _ description: String,
        _ piece: String,
        _ replacement: String,
        _ problem: String
    ) -> SpoiledPlan {
        SpoiledPlan(description, problem) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            try #require(text.contains(piece), "the sound plan has no \(piece)")
            return Array(text.replacing(piece, with: replacement, maxReplacements: 1).utf8)
        }
    }

    /// Bytes that stand where a plan should.
    static func whole(_ description: String, _ text: String, _ problem: String) -> SpoiledPlan {
        SpoiledPlan(description, problem) { _ in Array(text.utf8) }
    }
}
