import Testing

@testable import KubernetesCopy

@Suite struct RetryPauseTests {
    @Test func `each failure doubles the pause up to half a minute, and a success ends it`() {
        var pause = RetryPause(usual: .milliseconds(500))
        var seconds: [Double] = []
        for _ in 0..<9 {
            seconds.append(pause.duration / .seconds(1))
            pause.roundEnded(hasFailed: true)
        }
        #expect(seconds == [0.5, 1, 2, 4, 8, 16, 30, 30, 30])
        pause.roundEnded(hasFailed: false)
        #expect(pause.duration == .milliseconds(500))
    }
}
