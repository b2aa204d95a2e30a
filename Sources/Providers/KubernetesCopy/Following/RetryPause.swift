/// How long is waited before a round of a following: the usual time, and longer while rounds fail.
struct RetryPause {
    /// The longest pause.
    static let pauseMax = Duration.seconds(30)
    /// How many usual pauses long the next one is while something waits.
    private static let waitingFactor = 10

    private let usual: Duration
    private(set) var duration: Duration

    init(usual: Duration) {
        self.usual = usual
        duration = usual
    }

    /// Twice as long as before, up to the longest; the usual time again after a success.
    ///
    /// `isWaiting` says that something of the round has to be looked at again without any change.
    mutating func roundEnded(hasFailed: Bool, isWaiting: Bool = false) {
        if hasFailed {
            duration = max(usual, min(duration * 2, RetryPause.pauseMax))
        } else {
            duration = isWaiting ? usual * RetryPause.waitingFactor : usual
        }
    }
}
