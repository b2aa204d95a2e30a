/// An entry that cannot follow on what the journal says so far.
package struct IllegalEntry: Error, Sendable, Equatable {
    /// Names the step and what it was instead.
    package let problem: String
}
