/// SplitMix64: small, and the same numbers for the same seed everywhere.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The suffix that `generateName` appends: no vowels, so that no word appears by accident.
    mutating func nameSuffix() -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<5).map { _ in alphabet[Int(next() % UInt64(alphabet.count))] })
    }

    /// A duration in `range`, to the microsecond.
    package mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        let width = (range.upperBound - range.lowerBound) / .microseconds(1)
        guard width >= 1 else { return range.lowerBound }
        let steps = UInt64(width) + 1
        return range.lowerBound + .microseconds(Int64(next() % steps))
    }
}
