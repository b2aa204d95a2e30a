/// Whether and when one call is sent again: client-go's rules as a pure state.
///
/// Any verb is repeated after 429 and after 5xx when the answer bears a `Retry-After` in whole
/// seconds; only reads are repeated after a broken connection. Beyond client-go's rules any verb is
/// repeated that a quota refused for being too new; nothing else is. What a repeated write then
/// meets (`AlreadyExists`) is for the caller to judge.
struct RetryState {
    /// Repetitions of one call, whatever they are for.
    static let repetitionsMax = 10
    /// How long a read waits after a broken connection.
    static let pauseAfterBreak = Duration.seconds(1)
    /// How long a call waits for a new quota to be counted; controllers take less than that.
    static let pauseForQuota = Duration.seconds(1)

    private let isRead: Bool
    private var repetitions = 0
    /// Whether an earlier attempt got an answer that leaves open whether it was applied.
    private(set) var mayHaveBeenApplied = false

    init(isRead: Bool) {
        self.isRead = isRead
    }

    /// How long to wait before sending again; nil when the answer stands.
    mutating func waitAfter(status: Int, retryAfter: Duration?) -> Duration? {
        guard status == 429 || status >= 500, let retryAfter, mayRepeat() else { return nil }
        if status >= 500 { mayHaveBeenApplied = true }
        return retryAfter
    }

    /// How long to wait after the connection broke; nil when the break stands.
    mutating func waitAfterBreak() -> Duration? {
        guard isRead, mayRepeat() else { return nil }
        return RetryState.pauseAfterBreak
    }

    /// How long to wait for a quota that nobody has counted yet; nil when the refusal stands.
    ///
    /// Nothing was done: the refusal comes before the object is stored.
    mutating func waitForQuota() -> Duration? {
        mayRepeat() ? RetryState.pauseForQuota : nil
    }

    private mutating func mayRepeat() -> Bool {
        guard repetitions < RetryState.repetitionsMax else { return false }
        repetitions += 1
        return true
    }
}
