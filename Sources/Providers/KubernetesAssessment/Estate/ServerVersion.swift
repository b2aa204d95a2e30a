/// Which Kubernetes a server is: `1.36`.
package struct ServerVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The first number, 1 for every Kubernetes so far.
    package let major: Int
    /// The second number, which tells releases apart; patches do not count here.
    package let minor: Int

    /// Takes the two numbers of a release.
    package init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `1.36`, `v1.36.2` and `v1.27.3-gke.100`; nil for what is no version.
    package init?(_ text: String) {
        let parts = text.drop { $0 == "v" }.split(separator: ".", maxSplits: 2)
        guard parts.count >= 2, let major = Int(parts[0]),
            let minor = Int(parts[1].prefix { $0.isNumber })
        else { return nil }
        self.init(major: major, minor: minor)
    }

    /// `1.36`.
    package var description: String { "\(major).\(minor)" }

    /// The older release first.
    package static func < (left: ServerVersion, right: ServerVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
