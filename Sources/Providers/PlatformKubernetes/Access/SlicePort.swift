import JSONValues
import MigrationModel

/// A port of a slice: where its endpoints listen.
struct SlicePort: Sendable, Hashable, Comparable {
    /// What the port of the Service is called; empty where it has one without a name.
    let name: String
    let transport: String
    let number: Int
    let appProtocol: String?

    init(_ port: ServicePort, number: Int) {
        name = port.name
        transport = port.transport
        self.number = number
        appProtocol = port.appProtocol
    }

    /// Nil for one that stands for all ports.
    init?(of object: JSON) {
        guard let number = object["port"]?.int else { return nil }
        name = object["name"]?.string ?? ""
        transport = object["protocol"]?.string ?? "TCP"
        self.number = number
        appProtocol = object["appProtocol"]?.string
    }

    /// Those of a slice.
    static func all(in slice: JSON) -> [SlicePort] {
        (slice["ports"]?.array ?? []).compactMap(SlicePort.init(of:))
    }

    static func < (left: SlicePort, right: SlicePort) -> Bool {
        (left.name, left.transport, left.number) < (right.name, right.transport, right.number)
    }

    /// As a slice holds it.
    var object: JSON {
        var object: JSON = [
            "name": .string(name), "protocol": .string(transport), "port": .int(number),
        ]
        if let appProtocol { object["appProtocol"] = .string(appProtocol) }
        return object
    }
}
