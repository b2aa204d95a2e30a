import Clocks
import JSONValues
import KubernetesObjects

/// How long ago things happened, as tables say it.
struct Ages: Sendable {
    let now: WallTime

    /// The age of an object.
    func age(_ object: JSON) -> JSON { .string(since(object.creationTimestamp)) }

    /// How long ago `time` was, `<unknown>` when there is no time.
    func since(_ time: String?) -> String {
        guard let time, let then = WallTime(rfc3339: time) else { return "<unknown>" }
        return HumanDuration.text(then.duration(to: now))
    }
}

/// apimachinery's `duration.HumanDuration`: the few leading units that matter.
enum HumanDuration {
    static func text(_ duration: Duration) -> String {
        let seconds = Int(duration.components.seconds)
        let minutes = seconds / 60
        let hours = minutes / 60
        let days = hours / 24
        switch () {
        // Clocks may differ a little; more than that is shown.
        case _ where seconds < -1: return "<invalid>"
        case _ where seconds < 0: return "0s"
        case _ where seconds < 120: return "\(seconds)s"
        case _ where minutes < 10: return joined(minutes, "m", seconds % 60, "s")
        case _ where minutes < 180: return "\(minutes)m"
        case _ where hours < 8: return joined(hours, "h", minutes % 60, "m")
        case _ where hours < 48: return "\(hours)h"
        case _ where hours < 24 * 8: return joined(days, "d", hours % 24, "h")
        case _ where hours < 24 * 365 * 2: return "\(days)d"
        case _ where hours < 24 * 365 * 8: return joined(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    private static func joined(_ major: Int, _ unit: String, _ minor: Int, _ part: String) -> String
    {
        minor == 0 ? "\(major)\(unit)" : "\(major)\(unit)\(minor)\(part)"
    }
}
