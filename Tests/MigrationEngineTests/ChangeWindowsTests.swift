import Clocks
import MigrationEngine
import MigrationModel
import Simulation
import Testing

/// When steps may begin, by the clocks of one place.
@Suite struct ChangeWindowsTests {
    private func isOpen(_ windows: ChangeWindows, at time: String) throws -> Bool {
        windows.isOpen(at: try #require(WallTime(rfc3339: time)))
    }

    private func opens(_ windows: ChangeWindows, after time: String) throws -> String? {
        windows.opens(after: try #require(WallTime(rfc3339: time)))?.rfc3339
    }

    @Test func `not on Friday, where it is Friday`() throws {
        let windows = ChangeWindows(zone: "Pacific/Auckland", deny: [DayWindow(days: [.fri])])
        // 20 November 2026 is a Friday; Auckland is 13 hours ahead then.
        #expect(try isOpen(windows, at: "2026-11-19T10:59:59Z"))
        #expect(try !isOpen(windows, at: "2026-11-19T11:00:00Z"))
        #expect(try !isOpen(windows, at: "2026-11-20T10:59:59Z"))
        #expect(try isOpen(windows, at: "2026-11-20T11:00:00Z"))
        #expect(try opens(windows, after: "2026-11-19T12:34:56Z") == "2026-11-20T11:00:00Z")
    }

    @Test func `a window is open from its first minute up to its last`() throws {
        let office = DayWindow(days: [.mon, .tue], fromMinute: 9 * 60, toMinute: 16 * 60 + 30)
        let windows = ChangeWindows(zone: "UTC", allow: [office])
        #expect(try !isOpen(windows, at: "2026-11-23T08:59:59Z"))
        #expect(try isOpen(windows, at: "2026-11-23T09:00:00Z"))
        #expect(try isOpen(windows, at: "2026-11-24T16:29:59Z"))
        #expect(try !isOpen(windows, at: "2026-11-24T16:30:00Z"))
        #expect(try opens(windows, after: "2026-11-24T16:30:00Z") == "2026-11-30T09:00:00Z")
        #expect(try opens(windows, after: "2026-11-23T12:00:00Z") == "2026-11-23T12:00:00Z")
    }

    @Test func `a night belongs to the day on which it begins, and what is denied wins`() throws {
        let night = DayWindow(days: [.sun, .thu], fromMinute: 22 * 60, toMinute: 6 * 60)
        let windows = ChangeWindows(
            zone: "UTC",
            allow: [night],
            deny: [DayWindow(days: [.fri], fromMinute: 0, toMinute: 1_440)]
        )
        #expect(try isOpen(windows, at: "2026-11-22T23:00:00Z"))
        #expect(try isOpen(windows, at: "2026-11-23T05:59:59Z"))
        #expect(try !isOpen(windows, at: "2026-11-23T06:00:00Z"))
        #expect(try !isOpen(windows, at: "2026-11-23T22:30:00Z"))
        #expect(try isOpen(windows, at: "2026-11-26T23:59:59Z"))
        #expect(try !isOpen(windows, at: "2026-11-27T00:00:00Z"))
    }

    /// In 2026 Berlin goes from 02:00 to 03:00 on 29 March, and from 03:00 to 02:00 on 25 October.
    @Test func `a window that the clock skips does not come, and one that comes twice is long`()
        throws
    {
        let window = DayWindow(days: [.sun], fromMinute: 2 * 60, toMinute: 3 * 60)
        let windows = ChangeWindows(zone: "Europe/Berlin", allow: [window])
        #expect(try isOpen(windows, at: "2026-03-22T01:30:00Z"))
        #expect(try !isOpen(windows, at: "2026-03-29T00:59:59Z"))
        #expect(try !isOpen(windows, at: "2026-03-29T01:00:00Z"))
        #expect(try opens(windows, after: "2026-03-28T12:00:00Z") == "2026-04-05T00:00:00Z")
        #expect(try !isOpen(windows, at: "2026-10-24T23:59:59Z"))
        for time in ["2026-10-25T00:00:00Z", "2026-10-25T00:59:59Z", "2026-10-25T01:59:59Z"] {
            #expect(try isOpen(windows, at: time), "\(time)")
        }
        #expect(try !isOpen(windows, at: "2026-10-25T02:00:00Z"))
    }

    @Test func `what never opens says so, and an unknown place is never open`() throws {
        let never = ChangeWindows(zone: "UTC", deny: [DayWindow()])
        #expect(try opens(never, after: "2026-11-23T12:00:00Z") == nil)
        let nowhere = ChangeWindows(zone: "Mars/Olympus", allow: [DayWindow()])
        #expect(try !isOpen(nowhere, at: "2026-11-23T12:00:00Z"))
    }

    @Test func `windows are told in a line`() {
        let windows = ChangeWindows(
            zone: "Europe/Athens",
            allow: [DayWindow(days: [.mon, .tue], fromMinute: 545, toMinute: 960)],
            deny: [DayWindow(days: [.fri]), DayWindow(fromMinute: 1_320, toMinute: 300)]
        )
        #expect(
            "\(windows)"
                == "only mon tue 09:05-16:00, never fri and every day 22:00-05:00 (Europe/Athens)"
        )
    }

    // MARK: - A run

    /// The time of day of these worlds begins at midnight of a Thursday, in UTC.
    private func estate(workloads: Int, _ window: DayWindow) -> Estate {
        var estate = Estate(workloads: workloads, inFlightMax: 1)
        estate.plan.windows = ChangeWindows(zone: "UTC", allow: [window])
        return estate
    }

    private func begun(_ history: History) -> Int {
        history.journal.records.count {
            if case .intent(let step, _, _) = $0.entry { step.text != "namespaces" } else { false }
        }
    }

    @Test func `a run prepares, waits until it may cross, and goes on by itself`() throws {
        let history = History(
            estate(workloads: 1, DayWindow(days: [.thu], fromMinute: 1, toMinute: 60))
        )
        var early = -1
        history.world.at(.seconds(58)) { _ in early = self.begun(history) }
        #expect(try history.live() == .closed(.migrated))
        #expect(early == 0)
        #expect(history.simulation.now > .seconds(60))
        #expect(history.drives == 2)
    }

    @Test func `when a window closes, what is under way ends and nothing begins`() throws {
        let history = History(
            estate(workloads: 80, DayWindow(days: [.thu], fromMinute: 0, toMinute: 1))
        )
        try history.open()
        var counts: [Int] = []
        for second in [59, 70, 100] {
            history.world.at(.seconds(second)) { _ in counts.append(self.begun(history)) }
        }
        let stop = StopRequest()
        history.world.at(.seconds(101)) { _ in stop.request() }
        #expect(history.drive(stop: stop) == .stopped)
        let state = try RunState(records: history.journal.records)
        #expect(counts.count == 3 && counts[0] > 20 && counts[1] == counts[2], "\(counts)")
        #expect(state.plan.steps.allSatisfy { state.state(of: $0.id).stage != .underWay })
        #expect(!state.isCrossed)
        // The way back is never held.
        history.journal.put(.rollback)
        #expect(history.drive() == .closed(.asItWasBefore))
        #expect(history.problem(.closed(.asItWasBefore)) == nil)
    }

    @Test func `a lane that fails goes back though nothing may begin`() throws {
        let history = History(
            estate(workloads: 80, DayWindow(days: [.thu], fromMinute: 0, toMinute: 1))
        )
        try history.open()
        // Late enough for a gate of the last weight that began in time to break outside.
        history.world.at(.seconds(59)) { $0.isTargetBroken = true }
        let stop = StopRequest()
        history.world.at(.seconds(120)) { _ in stop.request() }
        #expect(history.drive(stop: stop) == .stopped)
        let state = try RunState(records: history.journal.records)
        let stopped = state.index.lanes.filter {
            if case .stopped = state.state(of: $0) { true } else { false }
        }
        #expect(!stopped.isEmpty)
    }
}
