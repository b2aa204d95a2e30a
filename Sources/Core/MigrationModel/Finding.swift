import JSONValues

/// Something about the sites that a person should know before anything changes.
package struct Finding: Sendable, Hashable, Codable, Comparable {
    /// What it means for going on.
    package enum Severity: String, Sendable, Hashable, Codable, Comparable, CaseIterable {
        /// It would fail or do harm: nothing is changed before it is resolved.
        case blocker
        /// Somebody has to say which way; until then the safe one is taken.
        case decide
        /// Good to know.
        case note

        package static func < (left: Severity, right: Severity) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }
    }

    /// Which check found it, in words joined by hyphens: `kind-not-served`.
    package var check: String
    /// How much it matters.
    package var severity: Severity
    /// The objects or places concerned, sorted; never a value of a Secret.
    package var objects: [String]
    /// What was seen, and why it matters.
    package var reason: String
    /// What to do about it.
    package var remedy: String

    package init(
        check: String,
        severity: Severity,
        objects: [String],
        reason: String,
        remedy: String
    ) {
        self.check = check
        self.severity = severity
        self.objects = objects.sorted()
        self.reason = reason
        self.remedy = remedy
    }

    /// The gravest first.
    package static func < (left: Finding, right: Finding) -> Bool {
        if left.severity != right.severity { return left.severity < right.severity }
        if left.check != right.check { return left.check < right.check }
        return left.objects.lexicographicallyPrecedes(right.objects)
    }
}

extension Finding {
    /// For machines.
    package var json: JSON {
        [
            "check": .string(check), "severity": .string(severity.rawValue),
            "objects": .array(objects.map(JSON.string)),
            "reason": .string(reason), "remedy": .string(remedy),
        ]
    }
}
