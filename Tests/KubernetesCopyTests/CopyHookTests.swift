import Clocks
import Foundation
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import MigrationModel
import Synchronization
import Testing

@Suite struct CopyHookTests {
    /// Answers each request with the next status or text, and goes on with the last.
    private final class Answers: HTTPTransport {
        private let state: Mutex<(answers: [(Int, String)], requests: [String])>

        init(_ statuses: [Int]) { state = Mutex((statuses.map { ($0, "") }, [])) }

        init(saying texts: [String]) { state = Mutex((texts.map { (200, $0) }, [])) }

        var requests: [String] { state.withLock { $0.requests } }

        func send(
            _ request: HTTPRequest,
            timeout: Duration
        ) async throws(TransportError) -> HTTPResponse {
            let (status, text) = state.withLock { state in
                state.requests.append("\(request.method) \(request.target)")
                return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            }
            return HTTPResponse(status: status, body: .bytes(Array(text.utf8)))
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

    private func http(
        _ method: String,
        expected: [Int] = [],
        until: CopyHook.AnswerCondition? = nil
    ) -> CopyHook {
        let url = "https://ci.example/hooks/?token=secret"
        let call = CopyHook.HTTPCall(url: url, method: method, expected: expected, until: until)
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

    /// Keeps what was asked.
    private final class Ear: HTTPTransport {
        private let heard = Mutex<HTTPRequest?>(nil)

        var request: HTTPRequest? { heard.withLock { $0 } }

        func send(
            _ request: HTTPRequest,
            timeout: Duration
        ) async throws(TransportError) -> HTTPResponse {
            heard.withLock { $0 = request }
            return HTTPResponse(status: 200)
        }
    }

    @Test func `tokens come from the environment, and one that is missing stops before the copy`()
        async throws
    {
        let call = CopyHook.HTTPCall(
            url: "https://ci.example/dispatches",
            headers: ["Authorization": "CI_TOKEN"],
            body: ["ref": "main"]
        )
        let hook = CopyHook(name: "ci", action: .http(call))
        let ear = Ear()
        func hooks(_ variables: [String: String]) -> CopyHooks {
            CopyHooks(
                programs: Program(time: SystemTime()),
                variables: variables,
                time: SystemTime()
            ) { _ in ear }
        }
        let able = hooks(["CI_TOKEN": "Bearer s3cret"])
        try able.check([hook])
        try await able.perform(hook)
        #expect(ear.request?.headers["Authorization"] == "Bearer s3cret")
        #expect(ear.request?.headers["Content-Type"] == "application/json")
        #expect(ear.request.map { String(decoding: $0.body, as: UTF8.self) } == #"{"ref":"main"}"#)
        for variables in [[:], ["CI_TOKEN": ""], ["CI_TOKEN": "a\r\nHost: b"]] {
            let refusal = await refusal { try hooks(variables).check([hook]) }
            #expect(
                refusal
                    == "the hook ci takes a header from the variable CI_TOKEN of the environment, "
                    + "which is not set, or is no text on one line; set it. Nothing was copied"
            )
        }
    }

    private static let deployed = CopyHook.AnswerCondition(
        pointer: "/jobs/0/status",
        success: ["success"],
        failure: ["failed"]
    )

    @Test func `a question is repeated until the answer says that all is done`() async throws {
        let answers = Answers(saying: [
            "starting", "{}", #"{"jobs":[{"status":"running"}]}"#,
            #"{"jobs":[{"status":"success"}]}"#,
        ])
        let time = ManualTime()
        async let outcome: Void = hooks(answers, time: time)
            .perform(http("GET", until: Self.deployed))
        for _ in 1...3 {
            while time.sleeperCount < 2 { await Task.yield() }
            time.advance(by: .seconds(2))
        }
        try await outcome
        #expect(answers.requests.count == 4)
    }

    @Test func `an answer that says that waiting is in vain ends it at once`() async {
        let answers = Answers(saying: [#"{"jobs":[{"status":"failed"}]}"#])
        let refusal = await refusal {
            try await hooks(answers).perform(http("GET", until: Self.deployed))
        }
        #expect(refusal == problem("https://ci.example says at /jobs/0/status: failed"))
        #expect(answers.requests.count == 1)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/sh"), "skipped: no sh"))
    func `a program whose time is over is ended, and not left behind`() async throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("hook-\(UUID().uuidString)")
        defer { do { try FileManager.default.removeItem(at: file) } catch { print(error) } }
        let script = "echo $$ > \(file.path); exec sleep 600"
        let hook = CopyHook(
            name: "ci",
            action: .command(["/bin/sh", "-c", script]),
            timeout: .seconds(2)
        )
        let hooks = CopyHooks(
            programs: SubprocessRunner(),
            variables: ["PATH": "/usr/bin:/bin"],
            time: SystemTime()
        ) { _ in Answers([200]) }
        #expect(
            await refusal { try await hooks.perform(hook) }
                == problem("it did not succeed within 2.0 seconds")
        )
        let text = try String(contentsOf: file, encoding: .utf8)
        let process = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(process, 0) != 0)
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
