import Clocks
import HTTPTransport
import KubernetesAPI
import Synchronization

/// The files of a machine that is not there.
final class Files: Sendable {
    private let contents: Mutex<[String: String]>

    init(_ contents: [String: String]) {
        self.contents = Mutex(contents)
    }

    subscript(path: String) -> String? {
        get { contents.withLock { $0[path] } }
        set { contents.withLock { $0[path] = newValue } }
    }

    /// The machine, with the given variables.
    func host(
        _ variables: [String: String] = ["HOME": "/home/ann"],
        hasTerminal: Bool = false
    ) -> HostEnvironment {
        HostEnvironment(
            variables: variables,
            workingDirectory: "/home/me",
            hasTerminal: hasTerminal,
            readFile: { path throws(HostEnvironment.FileProblem) in
                guard let text = self[path] else { throw .absent }
                if text == "DENIED" { throw .unreadable(reason: "Permission denied") }
                return Array(text.utf8)
            }
        )
    }
}

/// Runs nothing: answers as a test says and counts.
final class ScriptedRunner: ProgramRunner {
    private let script:
        @Sendable (ProgramInvocation, Int) async throws(ProgramProblem) -> ProgramResult
    private let log = Mutex<[ProgramInvocation]>([])

    init(
        _ script:
            @escaping @Sendable (ProgramInvocation, Int) async throws(ProgramProblem) ->
            ProgramResult
    ) {
        self.script = script
    }

    convenience init(output: String, exitCode: Int? = 0) {
        self.init { _, _ in ProgramResult(exitCode: exitCode, output: Array(output.utf8)) }
    }

    var invocations: [ProgramInvocation] { log.withLock { $0 } }

    func run(_ invocation: ProgramInvocation) async throws(ProgramProblem) -> ProgramResult {
        let index = log.withLock { log in
            log.append(invocation)
            return log.count - 1
        }
        return try await script(invocation, index)
    }
}

/// A kubeconfig with one context, cluster and user, of which the latter two are given.
func kubeconfig(cluster: String, user: String = "{}") -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: main
    contexts:
    - name: main
      context: {cluster: c, user: u, namespace: shop}
    clusters:
    - name: c
      cluster: \(cluster)
    users:
    - name: u
      user: \(user)

    """
}

/// What a kubeconfig without files beside it leads to.
func access(
    cluster: String = "{server: \"https://a.example:6443\"}",
    user: String = "{}",
    policy: KubeconfigPolicy = .own,
    files: Files = Files([:]),
    hasTerminal: Bool = false,
    time: any TimeSource = JumpingTime(),
    runner: any ProgramRunner = ScriptedRunner(output: "")
) throws -> ClusterAccess {
    files["/home/ann/.kube/config"] = kubeconfig(cluster: cluster, user: user)
    let host = files.host(hasTerminal: hasTerminal)
    return try Kubeconfig(environment: host).access(
        Kubeconfig.Selection(policy: policy),
        environment: host,
        time: time,
        runner: runner
    )
}

/// The header fields that an access would show, as `Name: value`.
func fields(_ access: ClusterAccess) async throws -> [String] {
    try await access.credentials.credential().fields.reveal().map { "\($0.name): \($0.value)" }
}
