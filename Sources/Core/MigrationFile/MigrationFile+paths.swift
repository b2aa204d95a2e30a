import MigrationModel

extension MigrationFile {
    /// The same with every relative path made one below `directory`, where the file lies: those of
    /// kubeconfigs, of HAProxy's sockets and server-state file, of tokens, and of programs that follow a
    /// copy.
    package func withPaths(relativeTo directory: String) -> MigrationFile {
        func absolute(_ path: String) -> String {
            if path.hasPrefix("/") { return path }
            return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
        }
        func located(_ hook: CopyHook) -> CopyHook {
            guard case .command(let words) = hook.action, let program = words.first,
                program.contains("/")
            else { return hook }
            var hook = hook
            hook.action = .command([absolute(program)] + words.dropFirst())
            return hook
        }
        var file = self
        file.source.kubeconfig = source.kubeconfig.map(absolute)
        file.target.kubeconfig = target.kubeconfig.map(absolute)
        if case .haproxy(var rule) = traffic?.balancer {
            if case .unix(let path) = rule.socket { rule.socket = .unix(path: absolute(path)) }
            if case .unix(let path) = rule.masterSocket {
                rule.masterSocket = .unix(path: absolute(path))
            }
            rule.stateFile = rule.stateFile.map(absolute)
            file.traffic?.balancer = .haproxy(rule)
        }
        for index in gates.indices {
            if case .file(let path) = gates[index].token {
                file.gates[index].token = .file(path: absolute(path))
            }
        }
        file.copy.hooks = copy.hooks.map(located)
        for index in copy.stacks.indices {
            file.copy.stacks[index].hooks = copy.stacks[index].hooks.map(located)
        }
        return file
    }
}
