/// A name that is one text, and of one kind of thing: a type of its own keeps a step's from being
/// taken for a route's.
///
/// It is stored as the bare text, prints as it, and sorts by it.
package protocol TextID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// The name as people read it.
    var text: String { get }
    /// Takes any text: what a name must look like is for whoever reads it from outside to check.
    init(_ text: String)
}

extension TextID {
    /// Reads the bare text.
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the bare text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// The text itself.
    package var description: String { text }

    /// By the text, in Unicode order, which is the same on every machine.
    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
