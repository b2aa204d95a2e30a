import Synchronization

/// Numbers drawn from a seed, for whoever asks next: the same seed and the same order of asking
/// give the same numbers.
package final class SeededDraws: Sendable {
    private let generator: Mutex<SplitMix64>

    package init(seed: UInt64) {
        generator = Mutex(SplitMix64(seed: seed))
    }

    /// Draws of their own for one more user; making them takes one number of these.
    package func branch() -> SeededDraws { SeededDraws(seed: next()) }

    func next() -> UInt64 { generator.withLock { $0.next() } }

    /// A whole number below `bound`, each as likely as the others.
    func index(below bound: Int) -> Int {
        precondition(bound > 0, "nothing to draw from")
        return Int(next() % UInt64(bound))
    }

    /// A number from 0 up to 1.
    func share() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A duration of `range`, each equally likely.
    package func duration(in range: ClosedRange<Duration>) -> Duration {
        range.lowerBound + (range.upperBound - range.lowerBound) * share()
    }
}

/// SplitMix64: small, and the same numbers for the same seed everywhere.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
