import Foundation

/// Where fresh identifiers come from in a program that runs: everything below is handed them.
enum Identifiers {
    static func fresh() -> String { UUID().uuidString.lowercased() }
}
