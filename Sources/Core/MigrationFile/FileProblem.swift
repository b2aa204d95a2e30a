import YAMLDocuments

/// One mistake in a migration file: where it is, what stands there, what to write instead.
package struct FileProblem: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Line and column of what is wrong, from 1.
    package let place: YAMLPlace
    /// The way to it, `spec.ramp.weights[1]`; empty for the document itself.
    package let path: String
    /// What stands there, or that nothing does.
    package let seen: String
    /// What to write instead; empty when `seen` says it.
    package let advice: String

    /// Takes the four parts of the sentence as they are.
    package init(place: YAMLPlace, path: String, seen: String, advice: String) {
        self.place = place
        self.path = path
        self.seen = seen
        self.advice = advice
    }

    /// The mistake without its place: `spec.inFlight: 0 is out of range; write a …`.
    package var text: String {
        (path.isEmpty ? "" : "\(path): ") + seen + (advice.isEmpty ? "" : "; \(advice)")
    }

    /// The place, then the sentence, as compilers print them.
    package var description: String { "\(place): \(text)" }

    /// By place, then by text: the order in which a person reads the file.
    package static func < (left: FileProblem, right: FileProblem) -> Bool {
        (left.place, left.path, left.seen) < (right.place, right.path, right.seen)
    }
}

/// Why a text is no migration file: every mistake in it, in the order of the text.
package struct MigrationFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file's name as the user gave it.
    package let file: String?
    /// Everything that is wrong, in the order of the text; never empty.
    package let problems: [FileProblem]

    /// Takes the mistakes of one file, which is called `file` in the message.
    package init(file: String?, problems: [FileProblem]) {
        self.file = file
        self.problems = problems
    }

    /// One line for each mistake, in the form that editors and terminals can jump to.
    package var description: String {
        problems.map { (file.map { "\($0):" } ?? "") + $0.description }.joined(separator: "\n")
    }
}
