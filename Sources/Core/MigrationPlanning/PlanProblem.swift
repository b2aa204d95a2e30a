/// One reason why no plan can be made: what it is about, why, and what a person can do.
package struct PlanProblem: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// An object, a route or a site: `Deployment shop/orders`.
    package let subject: String
    package let reason: String
    package let remedy: String

    package init(_ subject: String, _ reason: String, remedy: String) {
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
    }

    package var description: String { "\(subject): \(reason); \(remedy)" }

    package static func < (left: PlanProblem, right: PlanProblem) -> Bool {
        (left.subject, left.reason, left.remedy) < (right.subject, right.reason, right.remedy)
    }
}

/// Why no plan can be made: everything that stands in the way, sorted.
package struct PlanningError: Error, Sendable, Hashable, CustomStringConvertible {
    package let problems: [PlanProblem]

    package init(problems: [PlanProblem]) { self.problems = problems }

    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
