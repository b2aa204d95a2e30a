/// A place where the twin does not yet answer as the real server does.
///
/// The list may only shrink: an entry that no longer differs fails the test.
struct KnownDifference: Sendable, CustomStringConvertible {
    let scenario: String
    let step: String
    /// Everything at and below this path; empty for the whole answer.
    let path: String
    let reason: String

    var description: String { "\(scenario) / \(step) at \(path): \(reason)" }

    func covers(_ difference: Difference) -> Bool {
        difference.scenario == scenario && difference.step == step
            && (path.isEmpty || difference.path == path || difference.path.hasPrefix("\(path)."))
    }

    static let all = entries.map {
        KnownDifference(scenario: $0.0, step: $0.1, path: $0.2, reason: $0.3)
    }

    /// Scenario, step, path and reason.
    private static let entries: [(String, String, String, String)] = [
        (
            "create", "an empty body", "body.message",
            "the blank body is printed in place of its bytes"
        ),
        (
            "create", "an answer in a form nobody writes", "body.message",
            "watch forms are named where a get does not offer them"
        ),
        (
            "create", "YAML is understood", "",
            "YAML bodies are understood in apply patches only"
        ),
        (
            "apply", "with generateName", "",
            "an apply with generateName is not refused"
        ),
        (
            "custom", "a Table", "body",
            "columns are not described and an empty token is written"
        ),
        (
            "custom", "no scale", "body",
            "a subresource that is missing does not name the object"
        ),
        (
            "custom", "its discovery", "body.resources",
            "no storage hash, and verbs in another order"
        ),
        (
            "discovery", "a version of a group", "body.resources",
            "no storage hash"
        ),
        (
            "discovery", "a method nobody serves", "",
            "a method that is wrong answers as a path that is wrong"
        ),
        (
            "deployment", "a merge key is missing", "",
            "the server calls a missing merge key its own failure"
        ),
        (
            "field-validation", "a key twice, strict", "",
            "keys that stand twice are not noticed"
        ),
        (
            "field-validation", "a key twice, warn", "",
            "keys that stand twice are not noticed"
        ),
        (
            "field-validation", "strict on a patch", "",
            "unknown fields of a patch are refused with another status"
        ),
        (
            "policies", "a claim that stays", "body",
            "the refusal does not print what differs"
        ),
        (
            "read", "a token that is none", "body.message",
            "a control character is not escaped"
        ),
        (
            "read", "a Table", "body.columnDefinitions",
            "columns are not described"
        ),
        (
            "read", "a Table without objects", "body.columnDefinitions",
            "columns are not described"
        ),
        (
            "read", "a Table of one", "body.columnDefinitions",
            "columns are not described"
        ),
        (
            "service", "a family does not change", "body",
            "addresses are checked before the family"
        ),
        (
            "service", "Endpoints on loopback", "warnings",
            "a refused deprecated kind gives no warning"
        ),
        (
            "pod", "most fields stay", "body",
            "the refusal does not print what differs"
        ),
    ]
}
