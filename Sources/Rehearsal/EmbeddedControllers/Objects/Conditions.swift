import Clocks
import JSONValues
import KubernetesObjects

/// The conditions of a status, changed as the helpers of the real controllers change them.
struct Conditions: Sendable, Equatable {
    /// Says that pods are missing because they cannot be made.
    static let replicaFailure = "ReplicaFailure"

    private(set) var list: [JSON]

    init(of object: JSON) {
        list = object.at("status", "conditions")?.array ?? []
    }

    subscript(type: String) -> JSON? { list.first { $0["type"]?.string == type } }

    /// The reason of the condition of `type`.
    func reason(_ type: String) -> String? { self[type]?["reason"]?.string }

    mutating func remove(_ type: String) { list.removeAll { $0["type"]?.string == type } }

    /// A second time that some kinds of conditions carry.
    enum ExtraTime: String, Sendable {
        /// Moves with every change.
        case update = "lastUpdateTime"
        case probe = "lastProbeTime"
    }

    /// Puts a condition at the end in place of the one of its type.
    ///
    /// Nothing changes when status and reason are as before; the transition time stays when the
    /// status does.
    mutating func set(
        _ type: String,
        _ status: String,
        reason: String,
        message: String,
        now: WallTime,
        extra: ExtraTime? = nil
    ) {
        let old = self[type]
        if old?["status"]?.string == status, old?["reason"]?.string == reason { return }
        replace(type, status, reason: reason, message: message, now: now, extra: extra)
    }

    /// Puts a condition at the end even if only its message or its second time changes.
    mutating func replace(
        _ type: String,
        _ status: String,
        reason: String,
        message: String,
        now: WallTime,
        extra: ExtraTime? = nil
    ) {
        let old = self[type]
        let since = old?["status"]?.string == status ? old?["lastTransitionTime"] : nil
        var condition: JSONMembers = [
            "type": .string(type), "status": .string(status), "reason": .string(reason),
            "message": .string(message), "lastTransitionTime": since ?? .string(now.rfc3339),
        ]
        if let extra { condition[extra.rawValue] = .string(now.rfc3339) }
        remove(type)
        list.append(.object(condition))
    }

    /// Changes a condition where it stands; one that is new comes at the end.
    mutating func setInPlace(
        _ type: String,
        _ status: String,
        reason: String,
        message: String,
        now: WallTime
    ) {
        let old = self[type]
        let since = old?["status"]?.string == status ? old?["lastTransitionTime"] : nil
        var condition = old ?? .emptyObject
        condition["type"] = .string(type)
        condition["status"] = .string(status)
        condition["reason"] = .string(reason)
        condition["message"] = .string(message)
        condition["lastTransitionTime"] = since ?? .string(now.rfc3339)
        if let index = list.firstIndex(where: { $0["type"]?.string == type }) {
            list[index] = condition
        } else {
            list.append(condition)
        }
    }

    /// The list as it stands in a status; nil when it is empty.
    var json: JSON? { list.isEmpty ? nil : .array(list) }
}
