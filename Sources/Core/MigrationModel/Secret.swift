/// A value that must not be seen: it prints as `<redacted>` and is not `Codable`.
///
/// `print`, string interpolation, `dump` and `Mirror` show nothing of it.
package struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    /// Takes what must not be seen.
    package init(_ value: Value) { self.value = value }

    /// The value itself: for transports only.
    package func reveal() -> Value { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Nothing of the value.
    package var description: String { "<redacted>" }
    /// Nothing of the value.
    package var debugDescription: String { "<redacted>" }
    /// Nothing of the value.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
