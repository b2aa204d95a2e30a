import JSONValues

/// A number of pods, or a share of them in percent: `3`, `25%`.
enum PodCount {
    /// The number that `value` means of `total`; a quarter where nothing is said, as the API has it.
    static func resolve(_ value: JSON?, of total: Int, roundsUp: Bool) -> Int {
        if let number = value?.int { return number }
        let text = value?.string ?? "25%"
        guard text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return 0 }
        return roundsUp ? (percent * total + 99) / 100 : percent * total / 100
    }
}
