import Clocks

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Tells on standard error how far something is while it goes on: one line that changes on a terminal,
/// a line every few seconds otherwise.
struct ProgressDisplay: Sendable {
    private static let pauseOnTerminal = Duration.milliseconds(250)
    private static let pauseOfLines = Duration.seconds(5)
    /// Goes to the beginning of the line, and takes away what stands there.
    private static let clearing = "\r\u{1B}[K"

    private let isTerminal: Bool
    private let time: any TimeSource
    private let write: @Sendable (String) -> Void

    init(isTerminal: Bool, time: any TimeSource, write: @escaping @Sendable (String) -> Void) {
        self.isTerminal = isTerminal
        self.time = time
        self.write = write
    }

    /// Of this process.
    static var standard: ProgressDisplay {
        ProgressDisplay(
            isTerminal: isatty(STDERR_FILENO) == 1,
            time: SystemTime(),
            write: Output.progress
        )
    }

    /// Asks for the line to show again and again while `body` goes on.
    ///
    /// What ends before the first pause is over is never told of.
    func during<Result>(
        _ line: @escaping @Sendable () -> String,
        _ body: () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.show(line) }
            defer {
                group.cancelAll()
                if isTerminal { write(ProgressDisplay.clearing) }
            }
            return try await body()
        }
    }

    private func show(_ line: @Sendable () -> String) async throws {
        while true {
            try await time.sleep(
                for: isTerminal ? ProgressDisplay.pauseOnTerminal : ProgressDisplay.pauseOfLines
            )
            write(isTerminal ? ProgressDisplay.clearing + line() : line() + "\n")
        }
    }
}
