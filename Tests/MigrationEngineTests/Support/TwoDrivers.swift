import MigrationEngine
import MigrationModel
import MigrationPorts
import Simulation

/// Every meeting of two drivers within a pair of adjacent steps of one plan.
///
/// Each begins where the pair does: with the journal of an undisturbed run up to there, and the world
/// that this journal tells of.
final class TwoDrivers {
    /// What the meetings of a pair came to.
    struct Tally: CustomStringConvertible {
        var schedules = 0
        /// Points of the first driver at which it was stopped.
        var stops = 0
        /// The most points of the first driver that were ordered among those of the second.
        var pointsOfFirstMax = 0
        /// Writes of a driver that was overtaken, refused and, at the balancer, taken.
        var refusals = 0
        var lateWeights = 0
        /// Different states that the pairs were left in; each was driven to its end.
        var states = 0
        /// What was wrong, and where; the search ends after a few.
        var problems: [String] = []

        static func += (all: inout Tally, one: Tally) {
            all.schedules += one.schedules
            all.stops += one.stops
            all.pointsOfFirstMax = max(all.pointsOfFirstMax, one.pointsOfFirstMax)
            all.refusals += one.refusals
            all.lateWeights += one.lateWeights
            all.states += one.states
            all.problems += one.problems
        }

        var description: String {
            "\(schedules) schedules of \(stops) stops, at most \(pointsOfFirstMax) points of the "
                + "first driver, \(refusals) writes refused, \(lateWeights) late weights, "
                + "\(states) states driven to their ends"
        }
    }

    /// What the rest of a run depends on.
    private struct State: Hashable {
        let content: FakeWorld.Content
        let entries: [String]
    }

    let estate: Estate
    var bug = FakeWorld.Bug.none
    private let records: [JournalRecord]
    /// The problem of each state's end, if any.
    private var ends: [State: String?] = [:]

    init(_ estate: Estate) throws {
        self.estate = estate
        let history = History(estate)
        guard try history.live() == .closed(.migrated) else {
            throw HistoryError(problem: "an undisturbed run does not migrate")
        }
        records = history.journal.records
    }

    /// How many pairs of adjacent steps there are.
    var pairs: Int { estate.plan.steps.count - 1 }

    /// All meetings in a pair: the first driver stopped at each of its points, and then each order of
    /// at most `pointsMax` points of each.
    func meetings(inPair pair: Int, pointsMax: Int) async throws -> Tally {
        var tally = Tally()
        let before = try journal(before: pair)
        let points = try meet(pair, before, stop: nil, pointsMax: 0, .odometer(), &tally)
        guard points > 0 else { throw HistoryError(problem: "pair \(pair) has no points") }
        let statesBefore = ends.count
        for stop in 1...points {
            let choices = Choices.odometer()
            tally.stops += 1
            repeat {
                await Task.yield()
                _ = try meet(pair, before, stop: stop, pointsMax: pointsMax, choices, &tally)
                tally.schedules += 1
            } while choices.advance() && tally.problems.count < 5
        }
        tally.states = ends.count - statesBefore
        return tally
    }

    private func journal(before pair: Int) throws -> JournalMemory {
        let id = estate.plan.steps[pair].id
        let count = records.firstIndex { record in
            if case .intent(id, _, _) = record.entry { true } else { false }
        }
        guard let count else { throw HistoryError(problem: "\(id) was never made") }
        return try JournalMemory(copying: Array(records.prefix(count)))
    }

    /// One meeting; answers how many points the first driver has had alone.
    private func meet(
        _ pair: Int,
        _ before: JournalMemory,
        stop: Int?,
        pointsMax: Int,
        _ choices: Choices,
        _ tally: inout Tally
    ) throws -> Int {
        let steps = estate.plan.steps
        let history = History(estate, journal: JournalMemory(copying: before))
        history.world.content = history.content(after: steps.prefix(pair))
        history.world.bug = bug
        let meeting = Meeting(
            stop: stop,
            pointsMax: pointsMax,
            lastStep: steps[pair + 1].id,
            choices: choices
        )
        history.simulation.add(meeting)
        let second = begin(meeting, in: history)
        history.simulation.run(until: .seconds(300)) { meeting.isOver }
        guard stop != nil else {
            // A run that waits for a person between the two steps ends there.
            let points = meeting.points
            return points.inSteps == 0 ? points.made : points.inSteps
        }
        tally.pointsOfFirstMax = max(tally.pointsOfFirstMax, meeting.ordered[.first] ?? 0)
        tally.refusals += history.world.refusals
        tally.lateWeights += history.world.lateWeights
        let place = "pair \(pair), stopped at \(stop ?? 0)"
        if let problem = problem(meeting, history) {
            tally.problems.append("\(place): \(problem)")
        } else if let journal = second(), let problem = try end(history, journal, pair) {
            tally.problems.append("\(place), in the end: \(problem)")
        }
        return meeting.points.made
    }

    /// Lets the first driver begin; answers how to find the second's journal.
    private func begin(_ meeting: Meeting, in history: History) -> () -> JournalMemory? {
        let here = Seat(meeting: meeting, side: .first, journal: history.journal)
        let first = RunLoop(
            history.environment(
                Incarnation(script: history.script, seat: here),
                driver: "here",
                journal: history.journal
            ),
            settings: RunSettings(leaseSeconds: 3)
        )
        var journalOfSecond: JournalMemory?
        meeting.beginSecond = { [unowned history, unowned meeting] in
            let journal = JournalMemory(copying: history.journal)
            journalOfSecond = journal
            let there = Seat(meeting: meeting, side: .second, journal: journal)
            let second = RunLoop(
                history.environment(
                    Incarnation(script: history.script, seat: there),
                    driver: "there",
                    journal: journal
                )
            )
            history.simulation.start { [unowned meeting] in
                guard let end = meeting.ends[.second] else { return }
                meeting.exits.second = await second.run(until: end)
            }
        }
        history.simulation.start { [unowned meeting] in
            guard let end = meeting.ends[.first] else { return }
            meeting.exits.first = await first.run(until: end)
        }
        return { journalOfSecond }
    }

    /// What was wrong with the meeting itself.
    private func problem(_ meeting: Meeting, _ history: History) -> String? {
        if let violation = history.world.violations.first { return violation }
        guard let second = meeting.exits.second else { return "the second driver hung" }
        guard let first = meeting.exits.first else { return "the first driver hung" }
        switch first {
        case .fenced, .leaseUnreachable: break
        default: return "the first driver, overtaken, ended as \(first)"
        }
        switch second {
        case .stopped, .waiting, .closed: return nil
        case .fenced, .leaseUnreachable, .journalFailed:
            return "the second driver ended as \(second)"
        }
    }

    /// Drives a state that was not seen yet to its end.
    private func end(_ history: History, _ journal: JournalMemory, _ pair: Int) throws -> String? {
        let state = State(
            content: history.world.content,
            entries: journal.records.compactMap { record in
                record.entry.stepForTest.map { "\(record.entry.verbForTest) \($0)" }
            }
        )
        if let known = ends[state] { return known }
        let rest = History(estate, journal: journal, content: history.world.content)
        let exit = try rest.live()
        var problem = rest.problem(exit)
        if problem == nil {
            if case .closed = exit {} else { problem = "it ended as \(String(describing: exit))" }
        }
        ends[state] = .some(problem)
        return problem
    }
}

extension JournalEntry {
    /// What happened to the step.
    fileprivate var verbForTest: String {
        switch self {
        case .intent: "begin"
        case .done: "done"
        case .failed: "failed"
        case .undoIntent: "begin back"
        case .undone: "undone"
        case .undoFailed: "undo failed"
        default: "other"
        }
    }
}
