/// A name as a caller writes it, `cart.shop:8080`, and what cluster DNS makes of it.
package struct ServiceName: Sendable, Hashable {
    /// The name without the port, in lower case.
    package let host: String
    /// 80 unless it was written.
    package let port: Int

    /// Nil when `text` is no DNS name with an optional port.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { return nil }
        var port = 80
        if parts.count == 2 {
            guard let number = Int(parts[1]), (1...65_535).contains(number) else { return nil }
            port = number
        }
        let host = parts[0].lowercased()
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            !label.isEmpty && label.utf8.allSatisfy(Self.isLabelByte)
        }
        guard isName, !labels.allSatisfy({ Int($0) != nil }) else { return nil }
        self.host = host
        self.port = port
    }

    /// What a host may mean to a pod of `namespace`, in the order of the pod's DNS search path.
    package func readings(in namespace: String) -> [Reading] {
        var labels = host.split(separator: ".").map(String.init)
        if labels.suffix(3) == ["svc", "cluster", "local"] { labels.removeLast(2) }
        if labels.last == "svc" {
            labels.removeLast()
            return Reading(labels: labels).map { [$0] } ?? []
        }
        return [labels + [namespace], labels].compactMap(Reading.init(labels:))
    }

    /// A Service, or one pod of a headless one.
    package struct Reading: Equatable {
        package let hostname: String?
        package let service: ServiceKey

        /// `[service, namespace]` or `[hostname, service, namespace]`.
        package init?(labels: [String]) {
            switch labels.count {
            case 2:
                hostname = nil
                service = ServiceKey(namespace: labels[1], name: labels[0])
            case 3:
                hostname = labels[0]
                service = ServiceKey(namespace: labels[2], name: labels[1])
            default:
                return nil
            }
        }
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
}

/// Which Service it is.
package struct ServiceKey: Sendable, Hashable, CustomStringConvertible {
    package let namespace: String
    package let name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package var description: String { "\(namespace)/\(name)" }
}
