import MigrationFile
import Testing

/// A sound file, of which each case of a wrong one spoils a piece.
let sound = """
    apiVersion: diolkos.dev/v1alpha1
    kind: Migration
    metadata:
      name: shop
    spec:
      source: {context: old}
      target: {context: new}
      namespaces: [shop, pay]
      workloads:
        - name: shop/orders
      traffic:
        provider: twin
        twin: {url: "http://127.0.0.1:9000"}
        routes: []
      ramp:
        weights: [25, 50, 100]
      inFlight: 10

    """

/// A piece of the sound file, what stands in its place, and the whole message that it must give.
struct Spoiled: Sendable, CustomTestStringConvertible {
    let piece: String
    let replacement: String
    let message: String

    init(_ piece: String, _ replacement: String, _ message: String) {
        self.piece = piece
        self.replacement = replacement
        self.message = message
    }

    var testDescription: String { "\(piece) -> \(replacement)" }

    /// The whole file.
    var text: String { sound.replacing(piece, with: replacement, maxReplacements: 1) }
}

/// What a text is refused with as a migration file.
func refusal(of text: String) -> String {
    do {
        _ = try MigrationFile.parse(Array(text.utf8), file: "m.yaml")
        return "no mistake was found"
    } catch {
        return error.description
    }
}
