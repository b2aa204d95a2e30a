import JSONValues
import MigrationModel

/// Changes objects on their way from source to target: pure.
protocol ObjectTransform: Sendable {
    /// What messages call each thing that it was asked for, and that must match something.
    var parts: [String] { get }

    /// Changes `object`, if it is concerned, and notes which of the parts matched.
    func apply(to object: inout JSON, log: inout TransformLog) throws(CopyProblem)
}

/// What transforms have to say of the objects that went through them.
struct TransformLog {
    /// Why a place that may name a namespace was left as it is.
    enum Doubt: String, Sendable, CaseIterable {
        case words
        case binary
        case certificate
        case release
    }

    private struct Doubtful: Hashable {
        let namespace: String
        let doubt: Doubt
    }

    /// The object that is under way.
    var key: CopyKey?
    private(set) var matched: Set<String> = []
    private var doubtful: [Doubtful: Set<String>] = [:]

    mutating func match(_ part: String) {
        matched.insert(part)
    }

    /// Notes a place of the object under way, never what stands there.
    mutating func doubt(_ doubt: Doubt, of namespace: String, at path: String) {
        let place = "\(key.map(\.description) ?? "") \(path)"
        doubtful[Doubtful(namespace: namespace, doubt: doubt), default: []].insert(place)
    }

    /// What somebody should look at.
    func findings(_ names: [String: String]) -> [Finding] {
        doubtful.map { doubtful, places in
            Finding(
                check: "namespace-reference",
                severity: .decide,
                objects: places.sorted(),
                reason: TransformLog.reason(
                    doubtful.doubt,
                    doubtful.namespace,
                    names[doubtful.namespace] ?? ""
                ),
                remedy: TransformLog.remedy(doubtful.doubt)
            )
        }
    }

    private static func reason(_ doubt: Doubt, _ source: String, _ target: String) -> String {
        switch doubt {
        case .words:
            "these may mean the namespace \(source), which becomes \(target), or something else; "
                + "they stay as they are"
        case .binary:
            "these name the namespace \(source), which becomes \(target), within binary data, "
                + "which cannot be rewritten"
        case .certificate:
            "these are certificates for names in the namespace \(source), which becomes \(target)"
        case .release:
            "these are Helm's records of releases in the namespace \(source), which becomes "
                + "\(target); Helm would not find them right"
        }
    }

    private static func remedy(_ doubt: Doubt) -> String {
        switch doubt {
        case .words:
            "Write a patch in transforms.patches for those that do; leave the others."
        case .binary: "Make the data anew for the target."
        case .certificate: "Have certificates issued for the names at the target."
        case .release: "Leave them out, and install the releases anew at the target when needed."
        }
    }
}
