import Clocks
import MigrationModel
import MigrationPorts

/// A call of one process of a simulation to somebody who keeps no versions: the balancer, or a store.
struct DriverCall: Sendable {
    /// What messages call whoever is called.
    let name: String
    let incarnation: Incarnation
    let fence: WriteFence
    let nemesis: any Nemesis
    let time: IncarnationTime
    let scheduler: Scheduler
    let latency: @Sendable () -> Duration
    let watch: RunWatch

    /// How long an answer is waited for.
    private static let timeout = Duration.seconds(5)

    /// Lets `effect` happen, unless the call meets another fate; it is told whether it comes late.
    ///
    /// One that is lost is cut off in the middle, where that means anything.
    func callAsFunction<Answer: Sendable>(
        _ method: String,
        _ path: String,
        cutOff: (@Sendable () -> Void)? = nil,
        _ effect: @escaping @Sendable (_ isLate: Bool) -> Answer
    ) async throws(ProviderError) -> Answer {
        await incarnation.pass(.beforeCall)
        let isWrite = method != "GET"
        if isWrite, let reason = fence.refusal {
            throw .unavailable(reason: reason, retryAfter: nil)
        }
        let fate = nemesis.fate(of: method, path, at: nil)
        watch.met(fate, isWrite: isWrite)
        switch fate {
        case .notSent, .refused:
            try await pass(latency(), isWrite: false)
            throw .unavailable(reason: "\(name) does not answer", retryAfter: nil)
        case .lost:
            cutOff?()
            try await pass(DriverCall.timeout, isWrite: isWrite)
            throw lost(isWrite)
        case .late(let delay):
            if isWrite { scheduler.after(DriverCall.timeout + delay) { _ = effect(true) } }
            try await pass(DriverCall.timeout, isWrite: isWrite)
            throw lost(isWrite)
        case .answered, .answerLost:
            // What was sent arrives, whatever becomes of the process that sent it.
            let reply = Reply<Answer>()
            scheduler.after(latency()) { reply.give(effect(false)) }
            let answer = await reply.take()
            await incarnation.pass(.afterCall)
            if fate == .answerLost {
                try await pass(DriverCall.timeout, isWrite: isWrite)
                throw lost(isWrite)
            }
            try await pass(latency(), isWrite: isWrite)
            return answer
        }
    }

    private func lost(_ isWrite: Bool) -> ProviderError {
        isWrite
            ? .unknown(reason: "\(name) did not answer")
            : .unavailable(reason: "\(name) did not answer", retryAfter: nil)
    }

    private func pass(_ duration: Duration, isWrite: Bool) async throws(ProviderError) {
        do {
            try await time.sleep(for: duration)
        } catch {
            throw lost(isWrite)
        }
    }
}
