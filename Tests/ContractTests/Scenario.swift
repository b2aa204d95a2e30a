import Foundation
import JSONValues
import Testing
import YAMLDocuments

/// A named list of requests that every server must answer alike, in a namespace of its own.
///
/// The files under `Scenarios` hold them. `{{ns}}` stands for the namespace, and `{{uid:name}}`,
/// `{{rv:name}}` and `{{continue}}` for what earlier answers said.
struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    let steps: [Step]

    var namespace: String { "contract-\(name)" }
    var testDescription: String { name }

    /// One request, and which part of its answer is held to the recording.
    struct Step: Sendable {
        let name: String
        let method: String
        let target: String
        let contentType: String
        let accept: String?
        let body: [UInt8]
        /// The parts of the body that count, as paths with dots, or as lists where names have dots;
        /// empty for all of it.
        ///
        /// Controllers write into some objects whenever they come by: there only `spec` is sure.
        let keep: [[String]]
        /// For a watch: how many events to read before it is left.
        let events: Int?
        /// Asked again until the answer has this status, as controllers take a moment.
        let until: Int?
    }

    /// Every scenario, by name.
    static let all: [Scenario] = {
        do {
            return try files(in: "Scenarios", named: ".yaml").flatMap { file in
                try YAMLDocuments.parse(Array(Data(contentsOf: file)), file: file.lastPathComponent)
            }.flatMap { $0.json.array ?? [] }.map(Scenario.init).sorted { $0.name < $1.name }
        } catch {
            preconditionFailure("the scenarios cannot be read: \(error)")
        }
    }()

    /// The files of a resource folder whose names end so, in order.
    static func files(in folder: String, named ending: String) throws -> [URL] {
        guard let root = Bundle.module.resourceURL else { return [] }
        return try FileManager.default.contentsOfDirectory(
            at: root.appendingPathComponent(folder),
            includingPropertiesForKeys: nil
        ).filter { $0.lastPathComponent.hasSuffix(ending) }.sorted { $0.path < $1.path }
    }
}

extension Scenario {
    private init(_ value: JSON) {
        name = value["scenario"]?.string ?? ""
        precondition(!name.isEmpty, "a scenario has no name")
        steps = (value["steps"]?.array ?? []).map(Step.init)
        let names = steps.map(\.name)
        precondition(Set(names).count == names.count, "two steps of \(name) have one name")
    }
}

extension Scenario.Step {
    fileprivate init(_ value: JSON) {
        name = value["step"]?.string ?? ""
        let words = (value["request"]?.string ?? "").split(separator: " ", maxSplits: 1)
        precondition(words.count == 2, "the request of step \(name) is no method and path")
        method = String(words[0])
        target = String(words[1])
        contentType = value["type"]?.string ?? "application/json"
        accept = value["accept"]?.string
        body = value["raw"]?.string.map { Array($0.utf8) } ?? value["body"]?.encoded() ?? []
        keep = (value["keep"]?.array ?? []).map { path in
            path.string.map { $0.split(separator: ".").map(String.init) }
                ?? (path.array ?? []).compactMap(\.string)
        }
        events = value["events"]?.int
        until = value["until"]?.int
    }
}
