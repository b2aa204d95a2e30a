import Foundation

/// Where fresh identifiers and chance come from in a program that runs: everything below is handed
/// them.
enum Identifiers {
    /// An identifier that nobody has had before.
    static func fresh() -> String { UUID().uuidString.lowercased() }

    /// A number from 0 up to 1, from bits of an identifier that are random in its version 4.
    static func draw() -> Double {
        let bytes = UUID().uuid
        let number = UInt32(bytes.0) << 16 | UInt32(bytes.1) << 8 | UInt32(bytes.2)
        return Double(number) / Double(1 << 24)
    }
}
