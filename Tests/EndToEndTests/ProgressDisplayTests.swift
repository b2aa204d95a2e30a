import Clocks
import Synchronization
import Testing

@testable import CommandLine

/// What people see on standard error while something goes on.
@Suite struct ProgressDisplayTests {
    /// What was written, and how often the line was asked for.
    private final class Screen: Sendable {
        private let state = Mutex<(written: [String], asked: Int)>(([], 0))

        var written: [String] { state.withLock { $0.written } }

        func write(_ text: String) { state.withLock { $0.written.append(text) } }

        func line() -> String {
            state.withLock { state in
                state.asked += 1
                return "line \(state.asked)"
            }
        }
    }

    /// Advances the time by so many pauses while something goes on; answers what was written.
    private func shown(
        isTerminal: Bool,
        _ pauses: Int,
        of pause: Duration
    ) async throws -> [String] {
        let time = ManualTime()
        let screen = Screen()
        let display = ProgressDisplay(isTerminal: isTerminal, time: time, write: screen.write)
        let result = try await display.during(screen.line) {
            for number in 0..<pauses {
                while time.sleeperCount < 1 { await Task.yield() }
                time.advance(by: pause)
                while screen.written.count <= number { await Task.yield() }
            }
            return "done"
        }
        #expect(result == "done")
        return screen.written
    }

    @Test func `a terminal shows one line that changes, and goes in the end`() async throws {
        let clear = "\r\u{1B}[K"
        #expect(
            try await shown(isTerminal: true, 2, of: .milliseconds(250))
                == ["\(clear)line 1", "\(clear)line 2", clear]
        )
    }

    @Test func `anything else gets a line every five seconds`() async throws {
        #expect(
            try await shown(isTerminal: false, 2, of: .seconds(5)) == ["line 1\n", "line 2\n"]
        )
        #expect(try await shown(isTerminal: false, 0, of: .seconds(5)) == [])
    }

    @Test func `what fails meanwhile fails, and nothing is shown any more`() async {
        struct Failed: Error {}
        let screen = Screen()
        let display = ProgressDisplay(isTerminal: true, time: ManualTime(), write: screen.write)
        await #expect(throws: Failed.self) {
            try await display.during(screen.line) { throw Failed() }
        }
        #expect(screen.written == ["\r\u{1B}[K"])
    }
}
