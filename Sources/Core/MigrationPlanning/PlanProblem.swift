/// One reason why no plan can be made: what it is about, why, and what a person can do.
package struct PlanProblem: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// An object, a route or a site: `Deployment shop/orders`.
    package let subject: String
    /// Why no plan can be made, as half a sentence about the subject.
    package let reason: String
    /// What a person can do, as an order.
    package let remedy: String

    /// Takes the parts of one sentence.
    package init(_ subject: String, _ reason: String, remedy: String) {
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
    }

    /// The sentence.
    package var description: String { "\(subject): \(reason); \(remedy)" }

    /// By subject, then reason.
    package static func < (left: PlanProblem, right: PlanProblem) -> Bool {
        (left.subject, left.reason, left.remedy) < (right.subject, right.reason, right.remedy)
    }
}

/// Why no plan can be made: everything that stands in the way, sorted.
package struct PlanningError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Sorted, each once; never empty.
    package let problems: [PlanProblem]

    /// Takes problems that are sorted already.
    package init(problems: [PlanProblem]) { self.problems = problems }

    /// A line for each.
    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
