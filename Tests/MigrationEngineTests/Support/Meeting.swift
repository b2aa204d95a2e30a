import MigrationEngine
import MigrationModel
import Simulation

/// Two drivers that both believe they lead, and who of them goes first at each I/O point.
///
/// The first drives alone until it is stopped at one of its points. While it stands still with its
/// call on the way, the second waits for the leases to run out and takes them. At the second's first
/// call to the world both go on, and choices decide their order, until the second has made the last
/// step of the two, or one of them has used up its points; then the first's points go first.
final class Meeting: WorldPart, @unchecked Sendable {
    // Safety: touched by the one thread that drains its simulation.

    enum Side { case first, second }

    private enum Stage { case firstAlone, takingOver, both }

    private struct Point {
        let isOfLease: Bool
        let resume: UnsafeContinuation<Void, Never>
    }

    /// At which of its calls to the world the first one is stopped; nil for at none.
    private let stop: Int?
    /// How many points of each are ordered in every way.
    private let pointsMax: Int
    private let lastStep: StepID
    private let choices: Choices
    /// Begins the second driver.
    var beginSecond: () -> Void = {}
    /// How the first and the second ended; nil as long as they drive.
    var exits: (first: RunExit?, second: RunExit?)
    /// How many calls to the world the first has made alone, and within the two steps.
    private(set) var points = (made: 0, inSteps: 0)
    /// Points of each that were ordered by choice.
    private(set) var ordered: [Side: Int] = [.first: 0, .second: 0]
    /// Ends whoever has made the last of the two steps.
    let ends: [Side: StopRequest] = [.first: StopRequest(), .second: StopRequest()]
    private var stage = Stage.firstAlone
    private var waiting: [Side: [Point]] = [.first: [], .second: []]
    private var asleep: [UnsafeContinuation<Void, Never>] = []
    private var isLastMade = false
    /// The first waits until the second has had one more point.
    private var holdsFirst = false

    init(stop: Int?, pointsMax: Int, lastStep: StepID, choices: Choices) {
        self.stop = stop
        self.pointsMax = pointsMax
        self.lastStep = lastStep
        self.choices = choices
    }

    /// Whether the first was overtaken, and goes on all the same.
    var isBoth: Bool { stage == .both }

    /// Whether nobody drives any more.
    var isOver: Bool {
        exits.first != nil && (stage == .firstAlone || exits.second != nil)
    }

    /// A place before a call, where the other may go on first.
    fileprivate func point(_ side: Side, isOfLease: Bool) async {
        await withUnsafeContinuation { continuation in
            waiting[side]?.append(Point(isOfLease: isOfLease, resume: continuation))
        }
    }

    /// A process that is stopped does not wake, whatever it slept for.
    fileprivate func wake(_ side: Side) async {
        guard side == .first, stage == .takingOver else { return }
        await withUnsafeContinuation { asleep.append($0) }
    }

    /// Takes notice of what a driver wrote to its journal.
    func note(_ entries: [JournalEntry], of side: Side) {
        for case .done(lastStep, _, _) in entries {
            if side == .second {
                isLastMade = true
            } else if stage == .firstAlone {
                points.inSteps = points.made
            } else {
                // It is to find out by itself that it drives no more.
                continue
            }
            ends[side]?.request()
        }
    }

    func step() -> Duration? {
        switch stage {
        case .firstAlone: stepAlone()
        case .takingOver: stepTakingOver()
        case .both: stepBoth()
        }
        return nil
    }

    private func release(_ side: Side) {
        waiting[side]?.removeFirst().resume.resume()
    }

    private func next(_ side: Side) -> Point? { waiting[side]?.first }

    private func stepAlone() {
        guard let point = next(.first) else { return }
        if !point.isOfLease {
            points.made += 1
            if points.made == stop {
                stage = .takingOver
                return beginSecond()
            }
        }
        release(.first)
    }

    private func stepTakingOver() {
        guard exits.second == nil else { return wakeFirst() }
        guard let point = next(.second) else { return }
        if point.isOfLease { return release(.second) }
        wakeFirst()
    }

    private func wakeFirst() {
        stage = .both
        for sleeper in asleep { sleeper.resume() }
        asleep = []
        if next(.first) != nil || next(.second) != nil { stepBoth() }
    }

    private func stepBoth() {
        guard next(.first) != nil else {
            if next(.second) != nil { release(.second) }
            return
        }
        let isOrdered =
            !isLastMade && exits.second == nil
            && ordered.values.allSatisfy { $0 < pointsMax }
        guard isOrdered else { return release(.first) }
        if !holdsFirst, choices.pick(2) == 0 {
            ordered[.first, default: 0] += 1
            return release(.first)
        }
        // Where the second sleeps, time goes on until it has a point.
        holdsFirst = next(.second) == nil
        if !holdsFirst {
            ordered[.second, default: 0] += 1
            release(.second)
        }
    }
}

/// A driver's place in a meeting, with the journal that is its own.
struct Seat: Sendable {
    let meeting: Meeting
    let side: Meeting.Side
    let journal: JournalMemory

    /// A place before a call, where the other driver may go on first.
    func point(isOfLease: Bool = false) async { await meeting.point(side, isOfLease: isOfLease) }

    /// Called at the end of each sleep.
    func wake() async { await meeting.wake(side) }
}
