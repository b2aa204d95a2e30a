import JSONValues
import Testing

@testable import PlatformKubernetes

/// Which ports of a Service tell that their callers keep connections open.
@Suite struct LastingPortsTests {
    private func lasting(_ ports: JSON...) -> [String] {
        LastingPorts.all(in: ["spec": ["ports": .array(ports)]])
    }

    @Test(
        arguments: [
            (["name": "grpc", "port": 80], ["grpc (grpc)"]),
            (["name": "grpc-api", "port": 80], ["grpc-api (grpc)"]),
            (["name": "live-ws", "port": 80], ["live-ws (ws)"]),
            (["name": "api", "port": 80, "appProtocol": "kubernetes.io/wss"], ["api (wss)"]),
            (["name": "api", "port": 80, "appProtocol": "kubernetes.io/h2c"], ["api (h2c)"]),
            (["port": 3_306, "appProtocol": "mysql"], ["3306 (mysql)"]),
            (["name": "http", "port": 80], []),
            // What is stated counts, and not what a name lets one think.
            (["name": "grpc", "port": 80, "appProtocol": "http"], []),
            (["name": "wsgi", "port": 80], []),
            (["port": 80], []),
        ] as [(JSON, [String])]
    ) func `a protocol that keeps connections open is told`(port: JSON, told: [String]) {
        #expect(lasting(port) == told)
    }

    @Test func `all ports of a Service are told, sorted`() {
        #expect(
            lasting(
                ["name": "ws", "port": 81],
                ["name": "http", "port": 80],
                ["name": "grpc", "port": 9]
            )
                == ["grpc (grpc)", "ws (ws)"]
        )
    }
}
