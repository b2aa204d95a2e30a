import JSONValues

/// What a watch tells of one collection.
package enum WatchEvent: Sendable, Hashable {
    case added(JSON)
    case modified(JSON)
    /// With the object's last state.
    case deleted(JSON)
    /// What happened since the last event is no longer kept: list again, then watch from there.
    ///
    /// It is the last event of its watch.
    case expired

    /// The object that the event is about.
    package var object: JSON? {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object
        case .expired: nil
        }
    }
}
