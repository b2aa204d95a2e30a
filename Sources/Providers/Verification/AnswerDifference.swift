import HTTPTransport
import JSONValues
import MigrationModel

/// What two answers differ in beside what may differ: pure.
struct AnswerDifference {
    private let comparison: AnswerComparison

    init(_ comparison: AnswerComparison) { self.comparison = comparison }

    /// One sentence each; no value in them is long, or looks as if it opened anything.
    func between(_ source: SiteAnswer, _ target: SiteAnswer) -> [String] {
        var found: [String] = []
        if source.status != target.status {
            found.append("status \(source.status) at the source, \(target.status) at the target")
        }
        for name in comparison.headers {
            let (left, right) = (source.headers.values(of: name), target.headers.values(of: name))
            guard left != right else { continue }
            let (first, second) = (
                shown(left.joined(separator: ", "), named: name),
                shown(right.joined(separator: ", "), named: name)
            )
            found.append("\(name) is \(first) at the source, \(second) at the target")
        }
        guard comparison.method != "HEAD" else { return found }
        return found + bodies(source.body, target.body)
    }

    // MARK: - Bodies

    private func bodies(_ source: [UInt8], _ target: [UInt8]) -> [String] {
        guard source != target else { return [] }
        let (left, right) = (normalised(source), normalised(target))
        guard left != right else { return [] }
        if let left = json(left), let right = json(right) {
            var found: [String] = []
            compare(left, right, at: [], &found)
            return found
        }
        return texts(left, right)
    }

    private func normalised(_ body: [UInt8]) -> String {
        var text = String(decoding: body, as: UTF8.self)
        for replacement in comparison.replacements {
            do {
                text = text.replacing(try Regex(replacement.pattern), with: replacement.with)
            } catch {
                preconditionFailure("a pattern was compiled when its file was read: \(error)")
            }
        }
        return text
    }

    private func json(_ text: String) -> JSON? {
        do {
            return try JSON.parse(text)
        } catch {
            // Then it is compared as the text that it is.
            return nil
        }
    }

    private func compare(_ left: JSON, _ right: JSON, at path: [String], _ found: inout [String]) {
        guard left != right, !isIgnored(path) else { return }
        switch (left, right) {
        case (.object(let first), .object(let second)):
            for key in Set(first.keys).union(second.keys).sorted() {
                let below = path + [key]
                switch (first[key], second[key]) {
                case (let one?, let other?): compare(one, other, at: below, &found)
                case (nil, _): note("missing at the source", below, &found)
                case (_, nil): note("missing at the target", below, &found)
                }
            }
        case (.array(let first), .array(let second)):
            if first.count != second.count {
                note(
                    "\(first.count) elements at the source, \(second.count) at the target",
                    path,
                    &found
                )
            }
            for (index, pair) in zip(first, second).enumerated() {
                compare(pair.0, pair.1, at: path + ["\(index)"], &found)
            }
        default:
            let name = path.last { Int($0) == nil } ?? ""
            note(
                "\(shown(left.text(), named: name)) at the source, "
                    + "\(shown(right.text(), named: name)) at the target",
                path,
                &found
            )
        }
    }

    private func note(_ what: String, _ path: [String], _ found: inout [String]) {
        guard !isIgnored(path) else { return }
        let pointer = path.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }
        found.append("body at \(pointer.isEmpty ? "its root" : pointer.joined()): \(what)")
    }

    /// Whether a place, or one above it, may differ.
    private func isIgnored(_ path: [String]) -> Bool {
        comparison.ignored.contains { pointer in
            let tokens = pointer.split(separator: "/", omittingEmptySubsequences: false)
                .dropFirst().map { $0.replacing("~1", with: "/").replacing("~0", with: "~") }
            return tokens.count <= path.count
                && zip(tokens, path).allSatisfy { $0 == "*" || $0 == $1 }
        }
    }

    private func texts(_ left: String, _ right: String) -> [String] {
        let first = left.split(separator: "\n", omittingEmptySubsequences: false)
        let second = right.split(separator: "\n", omittingEmptySubsequences: false)
        let index = zip(first, second).enumerated().first { $1.0 != $1.1 }?.offset
        guard let index else {
            return ["body: \(first.count) lines at the source, \(second.count) at the target"]
        }
        return [
            "body at line \(index + 1): \(shown(String(first[index]), named: "")) at the source, "
                + "\(shown(String(second[index]), named: "")) at the target"
        ]
    }

    // MARK: - What is shown

    private static let shownMax = 24
    /// The beginning of a value, or nothing of it where it may open something: such things are named so,
    /// or are one long word of letters and digits.
    private func shown(_ value: String, named name: String) -> String {
        if name.namesSecret || value.looksSecret { return "something that is not shown" }
        return value.isEmpty ? "nothing" : value.cut(to: AnswerDifference.shownMax)
    }
}
