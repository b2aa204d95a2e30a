import Clocks
import HTTPTransport
import JSONValues
import KubernetesAPI
import Synchronization
import Testing

@Suite struct ExecCredentialsTests {
    private static let v1 = "client.authentication.k8s.io/v1"

    private static func answer(_ status: String, version: String = v1) -> String {
        #"{"kind":"ExecCredential","apiVersion":"\#(version)","status":\#(status)}"#
    }

    private func plugin(
        _ runner: any ProgramRunner,
        extra: String = "",
        command: String = "login",
        time: any TimeSource = JumpingTime()
    ) throws -> ClusterAccess {
        try access(
            cluster: """
                {server: "https://a.example:6443", extensions: \
                [{name: client.authentication.k8s.io/exec, extension: {audience: x}}]}
                """,
            user: """
                {exec: {command: \(command), apiVersion: \(Self.v1), interactiveMode: Never, \
                args: [--cluster, "a b"], env: [{name: X, value: "1"}]\(extra)}}
                """,
            time: time,
            runner: runner
        )
    }

    @Test func `the plugin is run without a shell and told what it asked for`() async throws {
        let runner = ScriptedRunner(output: Self.answer(#"{"token":"t"}"#))
        let access = try plugin(runner, extra: ", provideClusterInfo: true", command: "./bin/login")
        #expect(try await fields(access) == ["Authorization: Bearer t"])
        let invocation = try #require(runner.invocations.first)
        #expect(invocation.command == "/home/ann/.kube/./bin/login")
        #expect(invocation.arguments == ["--cluster", "a b"])
        #expect(invocation.variables["X"] == "1")
        #expect(invocation.variables["HOME"] == "/home/ann")
        let info = try JSON.parse(invocation.variables["KUBERNETES_EXEC_INFO"] ?? "")
        #expect(
            info == [
                "apiVersion": .string(Self.v1), "kind": "ExecCredential",
                "spec": [
                    "interactive": false,
                    "cluster": [
                        "server": "https://a.example:6443", "config": ["audience": "x"],
                    ],
                ],
            ]
        )
    }

    @Test(arguments: [true, false])
    func `a plugin of v1beta1 may ask the person at a terminal, and only there`(
        hasTerminal: Bool
    ) async throws {
        let version = "client.authentication.k8s.io/v1beta1"
        let runner = ScriptedRunner(output: Self.answer(#"{"token":"t"}"#, version: version))
        let access = try access(
            user: "{exec: {command: login, apiVersion: \(version)}}",
            hasTerminal: hasTerminal,
            runner: runner
        )
        #expect(try await fields(access) == ["Authorization: Bearer t"])
        let invocation = try #require(runner.invocations.first)
        #expect(invocation.isInteractive == hasTerminal)
        let info = try JSON.parse(invocation.variables["KUBERNETES_EXEC_INFO"] ?? "")
        #expect(info.at("spec", "interactive") == .bool(hasTerminal))
    }

    @Test func `a credential is kept until it expires or is refused`() async throws {
        let time = JumpingTime()
        let expiry = time.wallTime.advanced(by: .seconds(100)).rfc3339
        let runner = ScriptedRunner { _, index in
            let status = #"{"token":"t\#(index)","expirationTimestamp":"\#(expiry)"}"#
            return ProgramResult(exitCode: 0, output: Array(Self.answer(status).utf8))
        }
        let access = try plugin(runner, time: time)
        #expect(try await fields(access) == ["Authorization: Bearer t0"])
        #expect(try await fields(access) == ["Authorization: Bearer t0"])
        await access.credentials.refused(.bearer("another"))
        #expect(try await fields(access) == ["Authorization: Bearer t0"])
        await access.credentials.refused(.bearer("t0"))
        #expect(try await fields(access) == ["Authorization: Bearer t1"])
        time.pass(.seconds(100))
        #expect(try await fields(access) == ["Authorization: Bearer t2"])
    }

    @Test func `many who ask at once wait for one run`() async throws {
        let runner = ScriptedRunner { _, _ in
            for _ in 0..<1_000 { await Task.yield() }
            return ProgramResult(
                exitCode: 0,
                output: Array(Self.answer(#"{"token":"t"}"#).utf8)
            )
        }
        let access = try plugin(runner, time: SystemTime())
        let shown = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<50 { group.addTask { try await fields(access) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(shown.count == 50)
        #expect(Set(shown) == [["Authorization: Bearer t"]])
        #expect(runner.invocations.count == 1)
    }

    @Test func `a client certificate of a plugin goes with the request`() async throws {
        let status = #"{"clientCertificateData":"crt","clientKeyData":"key"}"#
        let access = try plugin(ScriptedRunner(output: Self.answer(status)))
        let server = ScriptedServer(.json([:]))
        _ = try await access.client(over: server, time: JumpingTime()).request(
            "GET",
            path: "/version"
        )
        let identity = try #require(server.requests.first?.identity)
        #expect(identity.certificateChain == Array("crt".utf8))
        #expect(identity.key.reveal() == Array("key".utf8))
    }

    static let mistakes: [(output: String, exitCode: Int?, problem: String)] = [
        (answer(#"{"token":"t"}"#), 3, "ended with exit code 3"),
        (answer(#"{"token":"t"}"#), nil, "was ended by a signal"),
        ("topsecret", 0, "wrote no JSON: a value cannot begin here at byte 0"),
        ("{}", 0, "wrote no ExecCredential"),
        (
            answer(#"{"token":"topsecret"}"#, version: "client.authentication.k8s.io/v1beta1"), 0,
            "answered in client.authentication.k8s.io/v1beta1, and \(v1) was asked for"
        ),
        (
            #"{"kind":"ExecCredential","apiVersion":"\#(v1)"}"#, 0,
            "wrote an ExecCredential without a status"
        ),
        (answer("{}"), 0, "gave neither a token nor a client certificate"),
        (
            answer(#"{"clientKeyData":"topsecret"}"#), 0,
            "gave a client certificate or a client key without the other"
        ),
        (
            answer(#"{"token":"topsecret","expirationTimestamp":"soon"}"#), 0,
            "gave an expirationTimestamp that is no RFC 3339 time"
        ),
    ]

    @Test(arguments: mistakes)
    func `what a plugin does wrong is said without its secrets`(
        output: String,
        exitCode: Int?,
        problem: String
    ) async throws {
        let access = try plugin(ScriptedRunner(output: output, exitCode: exitCode))
        await #expect {
            try await fields(access)
        } throws: { error in
            #expect(
                "\(error)"
                    == "user \"u\" (/home/ann/.kube/config:12:16): the exec plugin login \(problem)"
            )
            return true
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a plugin that is not there gives its hint, and one that hangs is ended`() async throws {
        let absent = ScriptedRunner { _, _ throws(ProgramProblem) in throw .absent }
        let hint = try plugin(absent, extra: ", installHint: get it from the shelf")
        await #expect {
            try await fields(hint)
        } throws: {
            "\($0)".hasSuffix("the exec plugin login was not found; get it from the shelf")
        }
        let hanging = ScriptedRunner { _, _ throws(ProgramProblem) in
            let (stream, _) = AsyncStream<Void>.makeStream()
            for await _ in stream {}
            throw .failed(reason: "cancelled")
        }
        let time = JumpingTime()
        let access = try plugin(hanging, time: time)
        async let outcome = problem(of: access)
        await time.passDeadline(.seconds(60))
        let message = await outcome
        #expect(message?.hasSuffix("did not end within 60 seconds") == true)
    }

    /// Why there is no credential; nil when there is one.
    private func problem(of access: ClusterAccess) async -> String? {
        do {
            _ = try await fields(access)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `real programs are run, and what they lack is said`() async throws {
        let output = Self.answer(#"{"token":"real"}"#)
        let runner = SubprocessRunner()
        let echo = try access(
            user: """
                {exec: {command: printf, apiVersion: \(Self.v1), interactiveMode: Never, \
                args: ["%s", '\(output)']}}
                """,
            time: SystemTime(),
            runner: runner
        )
        #expect(try await fields(echo) == ["Authorization: Bearer real"])
        for command in ["no-such-program-anywhere", "/no/such/program"] {
            let absent = try plugin(runner, command: command, time: SystemTime())
            await #expect {
                try await fields(absent)
            } throws: {
                "\($0)".hasSuffix("the exec plugin \(command) was not found; install it")
            }
        }
    }
}
