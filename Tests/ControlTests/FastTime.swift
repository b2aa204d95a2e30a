import Clocks

/// The time of this machine, going faster: what sleeps for a second wakes after a part of it.
///
/// Everything that is handed a clock keeps its proportions; sockets keep the machine's pace.
struct FastTime: TimeSource {
    private let system = SystemTime()
    private let factor: Int
    private let originUptime: Duration
    private let originWall: WallTime

    init(factor: Int) {
        self.factor = factor
        originUptime = system.uptime
        originWall = system.wallTime
    }

    var uptime: Duration { (system.uptime - originUptime) * factor }

    var wallTime: WallTime { originWall.advanced(by: uptime) }

    func sleep(for duration: Duration) async throws {
        try await system.sleep(for: duration / factor)
    }
}
