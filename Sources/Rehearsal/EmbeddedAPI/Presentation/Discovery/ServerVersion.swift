import JSONValues

/// The Kubernetes release that a cluster says it is.
package struct ServerVersion: Sendable, Equatable {
    /// `1`, as text.
    package var major: String
    /// `36`, as text; managed clusters write a `+` behind it.
    package var minor: String
    /// As `kubectl version` prints it; clients parse it as a semantic version.
    package var gitVersion: String

    package init(major: String = "1", minor: String = "36", gitVersion: String = "v1.36.0+twin") {
        self.major = major
        self.minor = minor
        self.gitVersion = gitVersion
    }

    /// The answer to `/version`.
    var document: JSON {
        [
            "major": .string(major), "minor": .string(minor), "gitVersion": .string(gitVersion),
            "gitCommit": "", "gitTreeState": "clean", "buildDate": "1970-01-01T00:00:00Z",
            "goVersion": "none", "compiler": "swift", "platform": "linux/amd64",
        ]
    }
}
