import JSONValues

/// A JSON document as a body: its value for whoever takes it over within this process, its bytes for a wire.
///
/// Each is made when it is asked for, so that nobody writes out what the other side would read back at
/// once. Both say the same.
package struct HTTPDocument: Sendable {
    private let makeValue: @Sendable () -> JSON
    private let makeBytes: @Sendable () -> [UInt8]

    /// Takes a value, which is written in its compact form.
    package init(_ value: JSON) {
        self.init(value: { value }, bytes: { value.encoded() })
    }

    /// Takes how both are made; `bytes` must be what `value` is written as.
    package init(
        value: @escaping @Sendable () -> JSON,
        bytes: @escaping @Sendable () -> [UInt8]
    ) {
        makeValue = value
        makeBytes = bytes
    }

    /// What it says.
    package var value: JSON { makeValue() }

    /// As it goes onto a wire.
    package var bytes: [UInt8] { makeBytes() }
}
