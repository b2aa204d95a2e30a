import MigrationEngine

#if DEBUG
import Foundation
import MigrationModel
import Synchronization

/// Kills this process at a chosen place between the journal and the world, for the project's own
/// tests: `DIOLKOS_CRASH_AT=afterIntent:7` dies when that place is reached the seventh time.
final class CrashPointChoice: CrashPoints {
    private let point: CrashPoint
    private let left: Mutex<Int>

    private init(point: CrashPoint, count: Int) {
        self.point = point
        left = Mutex(count)
    }

    static func fromEnvironment() -> any CrashPoints {
        let text = ProcessInfo.processInfo.environment["DIOLKOS_CRASH_AT"] ?? ""
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count == 2, let point = CrashPoint(rawValue: parts[0]),
            let count = Int(parts[1])
        else { return NoCrashPoints() }
        return CrashPointChoice(point: point, count: count)
    }

    func reached(_ point: CrashPoint, step: StepID) async {
        guard point == self.point else { return }
        let isNow = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isNow { kill(getpid(), SIGKILL) }
    }
}
#else
/// A release build lives.
enum CrashPointChoice {
    static func fromEnvironment() -> any CrashPoints { NoCrashPoints() }
}
#endif
