import EmbeddedNodes
import EmbeddedSites
import Foundation
import Twin

/// The configuration of the HAProxy that stands before the demo's sites: a backend a route.
struct DemoHAProxyFile {
    private let hosts: [String]
    private let port: Int
    private let ports: WorldPorts
    let socket: String
    let stateFile: String

    init(_ twin: RunningTwin, port: Int, folder: URL) {
        hosts = twin.hosts
        ports = twin.world.ports
        self.port = port
        socket = folder.appendingPathComponent("haproxy.sock").path
        stateFile = folder.appendingPathComponent("servers.state").path
    }

    var text: String {
        """
        global
            maxconn 4096
            stats socket \(socket) mode 600 level admin
            server-state-file \(stateFile)

        defaults
            mode http
            timeout connect 1s
            timeout client 30s
            timeout server 3s
            retries 0
            option http-keep-alive
            load-server-state-from-file global

        frontend front
            bind 127.0.0.1:\(port)
            use_backend %[req.hdr(host),lower]

        \(hosts.map(backend).joined(separator: "\n"))
        """
    }

    private func backend(_ host: String) -> String {
        """
        backend \(host)
            balance roundrobin
            server source 127.0.0.1:\(ports.sourceEntry) weight 100
            server target 127.0.0.1:\(ports.targetEntry) weight 0

        """
    }
}
