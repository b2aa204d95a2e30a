import Clocks
import HTTPTransport
import KubernetesAPI
import KubernetesCopy
import MigrationModel
import Synchronization
import Testing

@Suite struct CopyHookTests {
    /// Answers each request with the next status, and goes on with the last.
    private final class Answers: HTTPTransport {
        private let state: Mutex<(statuses: [Int], requests: [String])>

        init(_ statuses: [Int]) { state = Mutex((statuses, [])) }

        var requests: [String] { state.withLock { $0.requests } }

        func send(
            _ request: HTTPRequest,
            timeout: Duration
        ) async throws(TransportError) -> HTTPResponse {
            let status = state.withLock { state in
                state.requests.append("\(request.method) \(request.target)")
                return state.statuses.count > 1 ? state.statuses.removeFirst() : state.statuses[0]
            }
            return HTTPResponse(status: status)
        }
    }

    /// Ends as it is told, or after a time.
    private struct Program: ProgramRunner {
        var exitCode: Int? = 0
        var pause: Duration?
        let time: any TimeSource

        func run(
            _ invocation: ProgramInvocation
        ) async throws(ProgramProblem) -> ProgramResult {
            guard invocation.command == "deploy", invocation.arguments == ["shop"] else {
                throw .absent
            }
            do {
                if let pause { try await time.sleep(for: pause) }
            } catch {
                throw .failed(reason: "cancelled")
            }
            return ProgramResult(exitCode: exitCode, output: [])
        }
    }

    private func hooks(
        _ answers: Answers = Answers([200]),
        program: Program? = nil,
        time: any TimeSource = SystemTime()
    ) -> CopyHooks {
        CopyHooks(programs: program ?? Program(time: time), variables: [:], time: time) { origin in
            #expect(origin.host == "ci.example")
            return answers
        }
    }

    private func http(_ method: String, expected: [Int] = []) -> CopyHook {
        let url = "https://ci.example/hooks/?token=secret"
        let call = CopyHook.HTTPCall(url: url, method: method, expected: expected)
        return CopyHook(name: "ci", action: .http(call), timeout: .seconds(60))
    }

    private func problem(_ reason: String) -> String {
        "everything is copied, but the hook ci failed: \(reason); mend it and copy again, which "
            + "runs the hooks again"
    }

    private func refusal(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test func `a pipeline is started once, with its token, which no message tells`() async {
        let answers = Answers([500])
        let refusal = await refusal { try await hooks(answers).perform(http("POST")) }
        #expect(refusal == problem("https://ci.example answered 500"))
        #expect(answers.requests == ["POST /hooks/?token=secret"])
        let none = await self.refusal { try await hooks(Answers([204])).perform(http("POST")) }
        #expect(none == "none")
    }

    @Test func `a question is repeated until its answer is the expected one`() async throws {
        let answers = Answers([503, 200, 202])
        let time = ManualTime()
        async let outcome: Void = hooks(answers, time: time).perform(http("GET", expected: [202]))
        for _ in 1...2 {
            // One sleeps until the deadline, one until the next question.
            while time.sleeperCount < 2 { await Task.yield() }
            time.advance(by: .seconds(1))
        }
        try await outcome
        #expect(answers.requests.count == 3)
    }

    @Test func `a question is given up when its time is over`() async {
        let time = ManualTime()
        async let told = refusal {
            try await hooks(Answers([404]), time: time).perform(http("GET"))
        }
        while time.sleeperCount < 2 { await Task.yield() }
        time.advance(by: .seconds(60))
        let refusal = await told
        #expect(refusal.hasPrefix("everything is copied, but the hook ci failed: "), "\(refusal)")
    }

    @Test func `a program succeeds by ending with 0, in time`() async {
        let time = ManualTime()
        let hook = CopyHook(name: "ci", action: .command(["deploy", "shop"]), timeout: .seconds(9))
        #expect(await refusal { try await hooks().perform(hook) } == "none")
        let failing = Program(exitCode: 3, time: time)
        #expect(
            await refusal { try await hooks(program: failing).perform(hook) }
                == problem("the program ended with code 3")
        )
        let absent = CopyHook(name: "ci", action: .command(["deplyo"]))
        #expect(
            await refusal { try await hooks().perform(absent) }
                == problem("there is no program deplyo")
        )
        let slow = Program(pause: .seconds(10), time: time)
        async let told = refusal { try await hooks(program: slow, time: time).perform(hook) }
        while time.sleeperCount < 2 { await Task.yield() }
        time.advance(by: .seconds(9))
        #expect(await told == problem("it did not succeed within 9.0 seconds"))
    }
}
