import MigrationModel

/// What routes and sites are called in a HAProxy: by default a route's backend has its name.
package struct RouteNaming: Sendable {
    /// The backend of one route, and which of its servers lead where.
    package struct Backend: Sendable, Hashable {
        /// The backend's name in HAProxy's configuration.
        package var name: String
        /// Its servers that lead to the source's entry, by name.
        package var source: [String]
        /// Its servers that lead to the target's entry, by name.
        package var target: [String]

        package init(name: String, source: [String], target: [String]) {
            self.name = name
            self.source = source
            self.target = target
        }
    }

    private let source: [String]
    private let target: [String]
    private let backends: [RouteID: Backend]
    private let hosts: [RouteID: String]

    /// `source` and `target` name the servers of every backend that `backends` does not name; the host
    /// of a route that `hosts` does not name is its own name.
    package init(
        source: [String] = ["source"],
        target: [String] = ["target"],
        backends: [RouteID: Backend] = [:],
        hosts: [RouteID: String] = [:]
    ) {
        self.source = source
        self.target = target
        self.backends = backends
        self.hosts = hosts
    }

    /// The host by which requests of the route are told.
    package func host(of route: RouteID) -> String { hosts[route] ?? route.text }

    /// Where a route is found: as stated, or under its own name with the usual servers.
    package func backend(of route: RouteID) -> Backend {
        backends[route] ?? Backend(name: route.text, source: source, target: target)
    }

    /// Which route a backend serves; the first by name where several were stated for it.
    package func route(ofBackend name: String) -> RouteID {
        backends.filter { $0.value.name == name }.keys.min() ?? RouteID(name)
    }

    /// Whether HAProxy lets something be called so; anything else could be another command.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "-_.:".utf8.contains(byte)
                }
            }
    }
}
