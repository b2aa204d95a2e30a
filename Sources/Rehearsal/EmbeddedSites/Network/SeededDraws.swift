import EmbeddedAPI
import Synchronization

/// Numbers drawn from a seed, for whoever asks next: the same seed and the same order of asking
/// give the same numbers.
package final class SeededDraws: Sendable {
    private let generator: Mutex<SeededRandom>

    package init(seed: UInt64) {
        generator = Mutex(SeededRandom(seed: seed))
    }

    /// Draws of their own for one more user; making them takes one number of these.
    package func branch() -> SeededDraws { SeededDraws(seed: next()) }

    package func next() -> UInt64 { generator.withLock { $0.next() } }

    /// A whole number below `bound`, each as likely as the others.
    package func index(below bound: Int) -> Int {
        precondition(bound > 0, "nothing to draw from")
        return Int(next() % UInt64(bound))
    }

    /// A number from 0 up to 1.
    package func share() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A duration of `range`, each equally likely.
    package func duration(in range: ClosedRange<Duration>) -> Duration {
        range.lowerBound + (range.upperBound - range.lowerBound) * share()
    }
}
