import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// An object that a step writes to: one driver at a time.
///
/// Every write carries the version that was read and leaves the stamp of its driver. So whoever
/// takes a run over changes the version of each object that it deals with, and a write of the driver
/// before it that is still on its way is refused by the server; and a driver that looks again finds
/// the stamp of a later one and stops. The way back gives back the stamp that was found as well.
struct FencedObject: Sendable {
    /// The key under which a before-image keeps the stamp that was found.
    static let imageKey = "stamp"

    let access: SiteAccess
    let reference: ObjectReference
    let mark: StepMark
    /// What the annotation is to be afterwards; nil for none.
    private let stampWanted: String?
    private let isBack: Bool

    /// For making a change.
    static func forward(
        _ access: SiteAccess,
        _ reference: ObjectReference,
        _ mark: StepMark
    ) -> FencedObject {
        FencedObject(
            access: access,
            reference: reference,
            mark: mark,
            stampWanted: EpochStamp(mark).text,
            isBack: false
        )
    }

    /// For undoing one.
    static func back(
        _ access: SiteAccess,
        _ reference: ObjectReference,
        _ mark: StepMark,
        to before: BeforeImage
    ) -> FencedObject {
        var stamp = before.clear.value[imageKey]?.string
        // What this run made keeps a stamp of it, and never an older one.
        if let text = stamp, text.hasPrefix("\(mark.run.text)/") { stamp = EpochStamp(mark).text }
        return FencedObject(
            access: access,
            reference: reference,
            mark: mark,
            stampWanted: stamp,
            isBack: true
        )
    }

    /// What a before-image keeps beside what the step changes.
    static func image(_ object: JSON, _ recorded: JSONMembers) -> BeforeImage {
        var image = recorded
        if let stamp = object.annotations[Marks.epoch] { image[imageKey] = .string(stamp) }
        return BeforeImage(clear: .object(image))
    }

    /// The object as it is, unless a later driver has written to it.
    func read() async throws(ProviderError) -> JSON {
        let found = try await access.get(reference)
        try refuseIfTakenOver(found)
        return found
    }

    private func refuseIfTakenOver(_ found: JSON) throws(ProviderError) {
        if let stamp = EpochStamp(of: found), stamp.run == mark.run, stamp.epoch > mark.epoch {
            throw .drift(
                reason: "\(reference) at \(access.context) bears the stamp of epoch "
                    + "\(stamp.epoch) of \(stamp.run.text), and this driver is of epoch "
                    + "\(mark.epoch): another one has taken the run over; stop this one"
            )
        }
    }

    /// Applies what `operations` answers of the object as it is, until it answers none.
    ///
    /// With nothing to apply and the stamp as wanted, nothing is written, but for one case: going
    /// back after another driver, whose write may still be on its way and would come after us.
    func write(
        _ operations: (JSON) throws(ProviderError) -> [JSON]
    ) async throws(ProviderError) {
        var mustTouch = isBack && mark.epoch > 1
        for _ in 0..<SiteAccess.conflictsMax {
            let found = try await read()
            let needed = try operations(found)
            let isThere = needed.isEmpty && found.annotations[Marks.epoch] == stampWanted
            if isThere, !mustTouch { return }
            let stamp = isThere ? EpochStamp(mark).text : stampWanted
            let patch = [version(of: found)] + needed + stamping(found, stamp)
            guard try await access.patch(.json(patch), of: reference) != nil else {
                try await access.pauseBeforeAnotherTry()
                continue
            }
            if !isThere { return }
            // The version has moved; the next look takes the stamp away again.
            mustTouch = false
        }
        throw busy
    }

    /// Leaves the stamp that is wanted and changes nothing else.
    func ensureStamp() async throws(ProviderError) {
        try await write { _ in [] }
    }

    /// Changes nothing but the version, if the object is there: what is still on its way to it is refused.
    func moveVersion() async throws(ProviderError) {
        for _ in 0..<SiteAccess.conflictsMax {
            guard let found = try await access.find(reference) else { return }
            try refuseIfTakenOver(found)
            // A stamp comes and goes, as what changes nothing moves no version. Merged, for a controller
            // that takes it away first would leave nothing to remove.
            let isStamped = found.annotations[Marks.epoch] != nil
            let stamp: JSON = isStamped ? .null : .string(EpochStamp(mark).text)
            var patch: JSON = ["metadata": ["annotations": [:]]]
            patch.set(stamp, at: "metadata", "annotations", Marks.epoch)
            patch.resourceVersion = found.resourceVersion
            let isWritten = try await access.patch(.merge(patch), of: reference) != nil
            if isWritten, isStamped { return }
            if !isWritten { try await access.pauseBeforeAnotherTry() }
        }
        throw busy
    }

    /// Deletes exactly this incarnation, in the version that was read; another one is left alone.
    ///
    /// So a driver that takes a step over and finds its objects made keeps them, by leaving its
    /// stamp, from a deletion of the driver before it.
    func delete(uid: String) async throws(ProviderError) {
        for _ in 0..<SiteAccess.conflictsMax {
            guard let found = try await access.find(reference), found.uid == uid else { return }
            try refuseIfTakenOver(found)
            let isDone = try await access.delete(
                reference,
                uid: uid,
                resourceVersion: found.resourceVersion
            )
            if isDone { return }
            try await access.pauseBeforeAnotherTry()
        }
        throw busy
    }

    /// Why a change was given up.
    var busy: ProviderError {
        .unavailable(
            reason: "\(reference) at \(access.context) is being changed all the time",
            retryAfter: nil
        )
    }

    /// Makes the server refuse the patch (409) if the object is no longer what was read.
    private func version(of object: JSON) -> JSON {
        [
            "op": "replace", "path": "/metadata/resourceVersion",
            "value": .string(object.resourceVersion ?? ""),
        ]
    }

    private func stamping(_ object: JSON, _ stamp: String?) -> [JSON] {
        let key = JSONPointer(tokens: ["metadata", "annotations", Marks.epoch]).text
        guard let stamp else {
            guard object.annotations[Marks.epoch] != nil else { return [] }
            return [["op": "remove", "path": .string(key)]]
        }
        guard object.at("metadata", "annotations")?.object != nil else {
            let annotations = JSON(stringMap: [Marks.epoch: stamp])
            return [["op": "add", "path": "/metadata/annotations", "value": annotations]]
        }
        return [["op": "add", "path": .string(key), "value": .string(stamp)]]
    }
}
