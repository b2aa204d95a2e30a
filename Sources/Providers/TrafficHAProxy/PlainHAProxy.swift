import HAProxyRuntime
import MigrationModel
import MigrationPorts

/// A HAProxy in the words of its runtime API, by `socat`.
package struct PlainHAProxy: PlainBalancer {
    private let address: HAProxyRuntime.Address
    private let naming: RouteNaming
    private let stateFilePath: String?

    /// `stateFilePath` is where a reload finds the weights, if anywhere.
    package init(address: HAProxyRuntime.Address, naming: RouteNaming, stateFilePath: String?) {
        self.address = address
        self.naming = naming
        self.stateFilePath = stateFilePath
    }

    package var functions: [String] {
        [
            """
            # haproxy COMMAND: what HAProxy answers over its runtime API.
            haproxy() { echo "$1" | socat -t 10 - \(ShellWord.quoted(place)); }
            """,
            """
            # haproxy_up BACKEND SERVER: waits until HAProxy's own checks hold the server up.
            haproxy_up() {
              for _ in {1..60}; do
                if haproxy "show servers state $1" \\
                  | awk -v name="$2" '$4 == name && $6 == 2 { up = 1 } END { exit !up }'
                then return 0; fi
                sleep 1
              done
              echo "a minute has passed, and HAProxy holds server $2 of $1 down" >&2
              exit 1
            }
            """,
            """
            # haproxy_order COMMAND: gives an order, which HAProxy confirms by saying nothing.
            haproxy_order() {
              local answer
              answer=$(haproxy "$1") || exit 1
              if [ -n "$answer" ]; then echo "HAProxy: $answer" >&2; exit 1; fi
            }
            """,
        ]
    }

    package func restore(_ requested: RequestedWeight, on route: RouteID) -> [String] {
        let backend = naming.backend(of: route)
        let names = [backend.name] + backend.source + backend.target
        guard names.allSatisfy(RouteNaming.isName),
            let wanted = ServerWeights(
                requested.native,
                source: backend.source,
                target: backend.target
            )
        else { return [ShellWord.refusal("give \(route) its weights back: \(requested.native)")] }
        // What gets something comes first, so that at no moment every weight is 0.
        let entries = (wanted.source + wanted.target).sorted {
            ($1.weight, $0.server) < ($0.weight, $1.server)
        }
        let order = entries.map { "set server \(backend.name)/\($0.server) weight \($0.weight)" }
        let served = wanted.source.filter { $0.weight > 0 }.prefix(1)
        return served.map { ShellWord.command(["haproxy_up", backend.name, $0.server]) }
            + [ShellWord.command(["haproxy_order", order.joined(separator: "; ")])] + saving
    }

    /// What a reload would lose is written as the run writes it: in one piece.
    private var saving: [String] {
        guard let stateFilePath else { return [] }
        let draft = ShellWord.quoted(stateFilePath + ".new")
        return [
            "haproxy 'show servers state' >\(draft)",
            "mv \(draft) \(ShellWord.quoted(stateFilePath))",
        ]
    }

    private var place: String {
        switch address {
        case .unix(let path): "UNIX-CONNECT:\(path)"
        case .tcp(let host, let port): "TCP:\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }
}
