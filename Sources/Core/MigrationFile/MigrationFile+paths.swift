extension MigrationFile {
    /// The same with every relative path made one below `directory`, where the file lies: those of
    /// kubeconfigs, and of HAProxy's socket and server-state file.
    package func withPaths(relativeTo directory: String) -> MigrationFile {
        func absolute(_ path: String) -> String {
            if path.hasPrefix("/") { return path }
            return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
        }
        var file = self
        file.source.kubeconfig = source.kubeconfig.map(absolute)
        file.target.kubeconfig = target.kubeconfig.map(absolute)
        if case .haproxy(var rule) = traffic.balancer {
            if case .unix(let path) = rule.socket { rule.socket = .unix(path: absolute(path)) }
            rule.stateFile = rule.stateFile.map(absolute)
            file.traffic.balancer = .haproxy(rule)
        }
        return file
    }
}
