/// How long to wait between two looks: longer each time, up to half a second.
struct Pace {
    private static let longest = Duration.milliseconds(500)
    private var pause = Duration.milliseconds(50)

    /// The pause before the next look.
    mutating func next() -> Duration {
        defer { pause = min(pause * 2, Pace.longest) }
        return pause
    }
}
