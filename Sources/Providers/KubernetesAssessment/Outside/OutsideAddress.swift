import ConnectionTrials

/// Something outside of the cluster that configuration names: a database, a queue, a partner.
package struct OutsideAddress: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// A DNS name in lower case, or an IPv4 address.
    package let host: String
    /// Nil where nothing tells it.
    package let port: Int?
    /// Whether it takes datagrams (UDP), which nobody need answer.
    package let isDatagram: Bool

    /// Takes a host in whatever case it is written, and the port if somebody tells it.
    package init(host: String, port: Int?, isDatagram: Bool = false) {
        self.host = host.lowercased()
        self.port = port
        self.isDatagram = isDatagram
    }

    /// What a connection is made to; nil for what cannot be tried.
    package var target: ConnectionTarget? {
        port.flatMap { isDatagram ? nil : ConnectionTarget(host: host, port: $0) }
    }

    /// What was tried.
    init(_ target: ConnectionTarget) {
        self.init(host: target.host, port: target.port)
    }

    /// `db.example.org:5432`, `stats.example.org:8125 (UDP)`, `db.example.org`.
    package var description: String {
        "\(host)\(port.map { ":\($0)" } ?? "")\(isDatagram ? " (UDP)" : "")"
    }

    /// By host, then by port; streams before datagrams.
    package static func < (left: OutsideAddress, right: OutsideAddress) -> Bool {
        (left.host, left.port ?? 0, left.isDatagram ? 1 : 0)
            < (right.host, right.port ?? 0, right.isDatagram ? 1 : 0)
    }
}

/// A place that names something outside.
package struct OutsideMention: Sendable, Hashable {
    /// What the place names.
    package let address: OutsideAddress
    /// `env DB_URL`, `key config.yaml`; never the text itself.
    package let place: String
}

/// Ports that are meant where none is written.
enum UsualPort {
    private static let byWord: [String: Int] = [
        "http": 80, "https": 443, "ws": 80, "wss": 443,
        "postgres": 5432, "postgresql": 5432, "pghost": 5432,
        "mysql": 3306, "mariadb": 3306, "sqlserver": 1433, "mssql": 1433, "mongodb": 27_017,
        "redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671, "nats": 4222, "kafka": 9092,
        "ldap": 389, "ldaps": 636, "smtp": 25, "smtps": 465, "ftp": 21, "sftp": 22, "ssh": 22,
        "imap": 143, "imaps": 993, "mqtt": 1883, "mqtts": 8883, "memcached": 11_211,
        "cassandra": 9042, "zookeeper": 2181,
    ]

    /// What the scheme of a URL means; nil for schemes that have no port of their own.
    static func ofScheme(_ scheme: String) -> Int? { byWord[scheme] }

    /// What a variable such as `REDIS_HOST` is about; nil when its name does not say.
    static func ofName(_ name: String) -> Int? {
        let words = name.lowercased().split { !$0.isLetter }.map(String.init)
        return words.compactMap { $0 == "rabbitmq" ? 5672 : byWord[$0] }.first
    }

    /// Schemes and ports of what speaks in datagrams.
    static func isDatagram(scheme: String) -> Bool {
        ["udp", "statsd", "syslog", "ntp"].contains(scheme)
    }
}
