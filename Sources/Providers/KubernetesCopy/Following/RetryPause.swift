/// How long is waited before a round of a following: the usual time, and longer while rounds fail.
struct RetryPause {
    /// The longest pause.
    static let pauseMax = Duration.seconds(30)

    private let usual: Duration
    private(set) var duration: Duration

    init(usual: Duration) {
        self.usual = usual
        duration = usual
    }

    /// Twice as long as before, up to the longest; the usual time again after a success.
    mutating func roundEnded(hasFailed: Bool) {
        duration = hasFailed ? max(usual, min(duration * 2, RetryPause.pauseMax)) : usual
    }
}
