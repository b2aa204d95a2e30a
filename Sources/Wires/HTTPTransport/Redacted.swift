/// A value that no print, dump, mirror or interpolation shows: keys, tokens, passwords.
///
/// It opens by `reveal()`, which only transports and what builds their headers call.
package struct Redacted<Value: Sendable>: Sendable {
    private let value: Value

    /// Takes what must not be printed.
    package init(_ value: Value) {
        self.value = value
    }

    /// The value itself.
    package func reveal() -> Value { value }
}

extension Redacted: Equatable where Value: Equatable {}
extension Redacted: Hashable where Value: Hashable {}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Nothing of the value.
    package var description: String { "<redacted>" }
    /// Nothing of the value.
    package var debugDescription: String { "<redacted>" }
    /// Nothing of the value.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
