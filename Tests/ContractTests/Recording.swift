import Foundation
import JSONValues
import Testing

/// What a server answered to the steps of one scenario, without what differs from run to run.
struct Recording: Sendable, CustomTestStringConvertible {
    let scenario: String
    let answers: [Answer]

    var testDescription: String { scenario }

    /// One answer: its step, status, the headers that matter, and its body.
    struct Answer: Sendable, Equatable {
        let step: String
        let value: JSON
    }

    /// Every recording that is committed, by name.
    static let all: [Recording] = {
        do {
            return try Scenario.files(in: "Recordings", named: ".json").map { file in
                Recording(try JSON.parse(Array(try Data(contentsOf: file))))
            }
        } catch {
            preconditionFailure("the recordings cannot be read: \(error)")
        }
    }()

    init(scenario: String, answers: [Answer]) {
        self.scenario = scenario
        self.answers = answers
    }

    private init(_ value: JSON) {
        scenario = value["scenario"]?.string ?? ""
        answers = (value["answers"]?.array ?? []).map { answer in
            Answer(step: answer["step"]?.string ?? "", value: answer["answer"] ?? .null)
        }
    }

    private var json: JSON {
        let answers = answers.map { JSON.object(["step": .string($0.step), "answer": $0.value]) }
        return ["scenario": .string(scenario), "answers": .array(answers)]
    }

    /// Writes it among the recordings of the source tree.
    func write() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let file = folder.appendingPathComponent("Recordings/\(scenario).json")
        try Data(json.encoded(.indented) + [0x0A]).write(to: file)
    }

    /// What `other` says otherwise.
    func differences(to other: Recording) -> [Difference] {
        let steps = answers.map(\.step)
        guard steps == other.answers.map(\.step) else {
            return [
                Difference(
                    scenario: scenario,
                    step: "",
                    path: "",
                    recorded: .array(steps.map { .string($0) }),
                    answered: .array(other.answers.map { .string($0.step) })
                )
            ]
        }
        return zip(answers, other.answers).flatMap { recorded, answered in
            Difference.between(recorded.value, answered.value).map { place in
                Difference(
                    scenario: scenario,
                    step: recorded.step,
                    path: place.path,
                    recorded: place.recorded,
                    answered: place.answered
                )
            }
        }
    }
}
