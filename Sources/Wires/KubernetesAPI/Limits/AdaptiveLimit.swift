import Clocks

/// How many calls may be in flight to one server: a pure state, told what happens, with the time.
///
/// It starts at 16, grows as long as the calls in flight fill it and latency stays below twice the
/// best seen, shrinks a little beyond that, and halves when the server answers 429. A `Retry-After`
/// holds back every call until its time has come.
struct AdaptiveLimit {
    /// Calls whose latencies can be compared with each other.
    enum Kind: CaseIterable, Hashable {
        case read, list, write
    }

    /// How a call ended, as far as the limit cares.
    enum Outcome {
        case answered
        case throttled(retryAfter: Duration?)
        /// No answer, or one that says nothing of the server's load.
        case other
    }

    /// Handed out for a call in flight.
    struct Ticket {
        let kind: Kind
        let startedAt: Duration
    }

    private(set) var limit: Int
    private(set) var inFlight = 0
    private(set) var pausedUntil: Duration?
    let limitMax: Int
    private var best: [Kind: Double] = [:]
    private var ratioSum = 0.0
    private var ratioCount = 0
    private var wasFull = false
    private var halvedAt: Duration?

    /// Latencies below this are all the same to us: a millisecond of noise must not double them.
    private static let latencyMin = 0.002

    init(start: Int = 16, max limitMax: Int = 256) {
        precondition(start > 0 && start <= limitMax, "the limit starts within its bounds")
        limit = start
        self.limitMax = limitMax
    }

    /// Nil when the call must wait: until another has finished, or until `pausedUntil`.
    mutating func start(_ kind: Kind, at now: Duration) -> Ticket? {
        if let end = pausedUntil {
            guard end <= now else { return nil }
            pausedUntil = nil
        }
        guard inFlight < limit else {
            wasFull = true
            return nil
        }
        inFlight += 1
        if inFlight == limit { wasFull = true }
        return Ticket(kind: kind, startedAt: now)
    }

    mutating func finish(_ ticket: Ticket, _ outcome: Outcome, at now: Duration) {
        precondition(inFlight > 0, "a call finished that was never started")
        inFlight -= 1
        switch outcome {
        case .answered: measured((now - ticket.startedAt).inSeconds, ticket.kind)
        case .throttled(let retryAfter): throttled(ticket, retryAfter: retryAfter, at: now)
        case .other: break
        }
    }

    private mutating func measured(_ latency: Double, _ kind: Kind) {
        let latency = max(latency, AdaptiveLimit.latencyMin)
        let bestLatency = min(best[kind] ?? latency, latency)
        best[kind] = bestLatency
        ratioSum += latency / bestLatency
        ratioCount += 1
        if ratioCount >= limit { endWindow() }
    }

    /// Once as many calls were answered as may be in flight, the limit moves.
    private mutating func endWindow() {
        let ratio = ratioSum / Double(ratioCount)
        if ratio >= 2 {
            limit = max(1, limit - max(1, limit / 8))
        } else if wasFull {
            limit = min(limitMax, limit + max(1, limit / 4))
        }
        beginWindow()
        // A best that was luck, or of a server that has changed, fades.
        for kind in Kind.allCases { best[kind]? *= 1.02 }
    }

    private mutating func throttled(_ ticket: Ticket, retryAfter: Duration?, at now: Duration) {
        if let retryAfter { pausedUntil = max(pausedUntil ?? .zero, now + retryAfter) }
        // Calls that were in flight together are refused together: that is one refusal.
        if let halvedAt, ticket.startedAt < halvedAt { return }
        halvedAt = now
        limit = max(1, limit / 2)
        beginWindow()
    }

    private mutating func beginWindow() {
        ratioSum = 0
        ratioCount = 0
        wasFull = false
    }
}
