import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// How objects that a run made are told from everybody else's.
enum Marks {
    static let run = MarkNames.run
    static let step = MarkNames.step
    /// Who wrote to an object last, as `EpochStamp` has it.
    static let epoch = MarkNames.epoch
    /// What a workload was when it was put here, and how much of it is to run, as `MadeNote` has it.
    static let made = MarkNames.made
    static let settled = MarkNames.settled
    static let ended = MarkNames.ended
    static let sliceManager = MarkNames.sliceManager
    static let dnsController = MarkNames.dnsController

    static func stamp(_ mark: StepMark, on object: JSON) -> JSON {
        var object = object
        object.set(.string(mark.run.text), at: "metadata", "labels", run)
        object.set(.string(mark.step.text), at: "metadata", "annotations", step)
        object.set(.string(EpochStamp(mark).text), at: "metadata", "annotations", epoch)
        return object
    }

    static func run(of object: JSON) -> RunID? { object.labels[run].map(RunID.init) }

    /// Whether this very step of this very run made it.
    static func isMade(_ object: JSON, by mark: StepMark) -> Bool {
        object.labels[run] == mark.run.text && object.annotations[step] == mark.step.text
    }

    /// The object as somebody would create it elsewhere who knows of no run.
    static func portable(
        _ object: JSON,
        options: ObjectHygiene.Options = ObjectHygiene.Options()
    ) -> JSON {
        var portable = ObjectHygiene.portable(object, options: options)
        portable.labels = portable.labels.filter { !MarkNames.isOurs($0.key) }
        portable.annotations = portable.annotations.filter { !MarkNames.isOurs($0.key) }
        return portable
    }
}

/// Which driver wrote to an object last: the run, and its epoch within the run.
struct EpochStamp: Sendable, Equatable {
    let run: RunID
    let epoch: Int

    init(_ mark: StepMark) {
        run = mark.run
        epoch = mark.epoch
    }

    /// Nil when the object bears none.
    init?(of object: JSON) {
        guard let text = object.annotations[Marks.epoch], let slash = text.lastIndex(of: "/"),
            let epoch = Int(text[text.index(after: slash)...])
        else { return nil }
        run = RunID(String(text[..<slash]))
        self.epoch = epoch
    }

    /// `run-1/2`: the second driver of `run-1`.
    var text: String { "\(run.text)/\(epoch)" }
}
