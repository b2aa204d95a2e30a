import Clocks

/// How many calls may be in flight to one server: a pure state, told what happens, with the time.
///
/// It starts at 16, grows as long as the calls in flight fill it and latency stays below twice the
/// best seen, shrinks a little beyond that, and halves when the server answers 429. It compares means
/// of as many calls as may be in flight: a single call that was quick was alone, or lucky. A
/// `Retry-After` holds back every call until its time has come; how many calls were too many is
/// remembered for a while, so that the server is not asked again and again.
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
        /// How many calls were in flight with it.
        let inFlight: Int
    }

    /// What calls of one kind took.
    private struct Sample {
        var seconds = 0.0
        var count = 0

        var mean: Double { seconds / Double(count) }
    }

    private(set) var limit: Int
    private(set) var inFlight = 0
    private(set) var pausedUntil: Duration?
    let limitMax: Int
    private var best: [Kind: Double] = [:]
    private var samples: [Kind: Sample] = [:]
    private var wasFull = false
    private var halvedAt: Duration?
    /// What the server was seen to take at once, and how long that is believed.
    private var ceiling: (limit: Int, until: Duration)?

    /// Latencies below this are all the same to us: a millisecond of noise must not double them.
    private static let latencyMin = 0.002
    /// A server that refused may have grown, or been busy with others.
    private static let ceilingHeld = Duration.seconds(30)
    /// By how much a best fades with each window: one that was luck, or of a server that has changed.
    private static let fading = 1.002

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
        return Ticket(kind: kind, startedAt: now, inFlight: inFlight)
    }

    mutating func finish(_ ticket: Ticket, _ outcome: Outcome, at now: Duration) {
        precondition(inFlight > 0, "a call finished that was never started")
        inFlight -= 1
        switch outcome {
        case .answered: measured(ticket, at: now)
        case .throttled(let retryAfter): throttled(ticket, retryAfter: retryAfter, at: now)
        case .other: break
        }
    }

    private mutating func measured(_ ticket: Ticket, at now: Duration) {
        let seconds = (now - ticket.startedAt).inSeconds
        samples[ticket.kind, default: Sample()].seconds += max(seconds, AdaptiveLimit.latencyMin)
        samples[ticket.kind, default: Sample()].count += 1
        if samples.values.reduce(0, { $0 + $1.count }) >= limit { endWindow(at: now) }
    }

    /// Once as many calls were answered as may be in flight, the limit moves.
    private mutating func endWindow(at now: Duration) {
        var ratios = Sample()
        for (kind, sample) in samples {
            let bestMean = min(best[kind] ?? sample.mean, sample.mean)
            best[kind] = bestMean * AdaptiveLimit.fading
            ratios.seconds += sample.seconds / bestMean
            ratios.count += sample.count
        }
        if ratios.mean >= 2 {
            limit = max(1, limit - max(1, limit / 8))
        } else if wasFull {
            limit = min(highest(at: now), limit + max(1, limit / 4))
        }
        beginWindow()
    }

    private mutating func highest(at now: Duration) -> Int {
        guard let ceiling, now < ceiling.until else {
            self.ceiling = nil
            return limitMax
        }
        return max(limit, ceiling.limit)
    }

    private mutating func throttled(_ ticket: Ticket, retryAfter: Duration?, at now: Duration) {
        if let retryAfter { pausedUntil = max(pausedUntil ?? .zero, now + retryAfter) }
        let taken = max(1, min(ticket.inFlight - 1, ceiling?.limit ?? limitMax))
        ceiling = (taken, now + AdaptiveLimit.ceilingHeld)
        // Calls that were in flight together are refused together: that is one refusal.
        if let halvedAt, ticket.startedAt < halvedAt { return }
        halvedAt = now
        limit = max(1, limit / 2)
        beginWindow()
    }

    private mutating func beginWindow() {
        samples = [:]
        wasFull = false
    }
}
