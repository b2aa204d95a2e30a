/// A user's contexts, merged from files as kubectl merges them.
///
/// `--kubeconfig` names one file, which must exist. Else `KUBECONFIG` names several, of which absent
/// ones are passed over; else it is `~/.kube/config`. Of entries of the same name the first file's
/// wins whole; of scalars, the first that is not empty. Paths are relative to their own file.
package struct Kubeconfig: Sendable {
    let clusters: [String: KubeconfigCluster]
    let users: [String: KubeconfigUser]
    let contexts: [String: KubeconfigContext]
    /// The file and the text of `current-context`.
    let current: (file: String, text: KubeconfigText)?
    /// The files that were looked for, in their order.
    package let files: [String]

    /// Reads what the user means, `explicitPath` being what `--kubeconfig` named.
    ///
    /// A file that cannot be read or understood is an error with its place, also when its entries
    /// would not be used; one that is absent is one only when it was named explicitly.
    package init(
        explicitPath: String? = nil,
        environment: HostEnvironment
    ) throws(KubeconfigError) {
        let paths = Kubeconfig.paths(explicitPath: explicitPath, environment)
        var read: [KubeconfigFile] = []
        for path in paths {
            do {
                read.append(try KubeconfigFile(try environment.readFile(path), path: path))
            } catch let error as KubeconfigError {
                throw error
            } catch HostEnvironment.FileProblem.absent where explicitPath == nil {
                continue
            } catch HostEnvironment.FileProblem.unreadable(let reason) {
                throw KubeconfigError(
                    file: path,
                    problem: "the kubeconfig cannot be read: \(reason)"
                )
            } catch {
                throw KubeconfigError(
                    file: path,
                    problem: "there is no such kubeconfig; check --kubeconfig"
                )
            }
        }
        self.init(merging: read, lookedFor: paths)
    }

    private init(merging read: [KubeconfigFile], lookedFor paths: [String]) {
        var clusters: [String: KubeconfigCluster] = [:]
        var users: [String: KubeconfigUser] = [:]
        var contexts: [String: KubeconfigContext] = [:]
        var current: (file: String, text: KubeconfigText)?
        for file in read {
            clusters.merge(file.clusters) { first, _ in first }
            users.merge(file.users) { first, _ in first }
            contexts.merge(file.contexts) { first, _ in first }
            if current == nil, let text = file.currentContext { current = (file.path, text) }
        }
        self.clusters = clusters
        self.users = users
        self.contexts = contexts
        self.current = current
        files = paths
    }

    /// The names of all contexts, sorted.
    package var contextNames: [String] { contexts.keys.sorted() }

    /// The name in `current-context`, if there is one.
    package var currentContext: String? { current?.text.value }

    /// Whether nothing is configured, as on a machine without a kubeconfig.
    package var isEmpty: Bool {
        clusters.isEmpty && users.isEmpty && contexts.isEmpty && current == nil
    }

    private static func paths(
        explicitPath: String?,
        _ environment: HostEnvironment
    ) -> [String] {
        if let explicitPath { return [environment.absolute(explicitPath)] }
        if let list = environment.variables["KUBECONFIG"], !list.isEmpty {
            var seen: Set<String> = []
            return list.split(separator: ":").map { environment.absolute(String($0)) }
                .filter { seen.insert($0).inserted }
        }
        guard let home = environment.variables["HOME"], !home.isEmpty else { return [] }
        return [environment.absolute(".kube/config", in: home)]
    }
}
