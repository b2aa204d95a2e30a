import JSONValues
import KubernetesObjects

/// Where a watch stands and what it does next: a pure state, told what arrives.
///
/// The rules are client-go's: bookmarks move the version on and are no events; a lost version (410)
/// ends the watch, whether it comes as the answer or inside the stream; a stream that ends goes on
/// from the last version; 429 and server errors are waited out. Ten failures in a row without an
/// event between them end the watch with the last of them.
struct WatchState {
    /// What an answer, a frame or an end asks for.
    enum Step: Equatable {
        case deliver(WatchEvent)
        /// Read on.
        case proceed
        /// Open the watch again from `resourceVersion`, after a pause.
        case reopen(after: Duration)
        case fail
    }

    static let failuresMax = 10
    static let pauseMin = Duration.milliseconds(800)
    static let pauseMax = Duration.seconds(30)
    /// A stream that ends sooner without an event is a failure: else a broken proxy is hammered.
    static let lifeMin = Duration.seconds(1)

    private(set) var resourceVersion: String
    private var failures = 0
    private var hasDeliveredSinceOpening = false

    init(from resourceVersion: String) {
        self.resourceVersion = resourceVersion
    }

    mutating func opened() {
        hasDeliveredSinceOpening = false
    }

    /// The server refused to open the watch.
    mutating func refused(_ status: APIStatus) -> Step {
        if status.code == 410 { return .deliver(.expired) }
        guard status.code == 429 || status.code >= 500 else { return .fail }
        return failed(retryAfter: status.retryAfter)
    }

    /// The connection could not be made, or broke.
    mutating func broke() -> Step { failed(retryAfter: nil) }

    /// The stream ended as streams do.
    mutating func ended(after life: Duration) -> Step {
        if hasDeliveredSinceOpening || life >= WatchState.lifeMin {
            failures = 0
            return .reopen(after: .zero)
        }
        return failed(retryAfter: nil)
    }

    /// One frame of the stream; `.fail` for an error that waiting does not help, or for no event.
    mutating func received(_ frame: JSON) -> Step {
        guard let type = frame["type"]?.string, let object = frame["object"] else { return .fail }
        switch type {
        case "ADDED": return delivered(.added(object), object)
        case "MODIFIED": return delivered(.modified(object), object)
        case "DELETED": return delivered(.deleted(object), object)
        case "BOOKMARK":
            advance(to: object)
            return .proceed
        case "ERROR": return receivedError(object)
        default: return .fail
        }
    }

    private mutating func delivered(_ event: WatchEvent, _ object: JSON) -> Step {
        advance(to: object)
        return .deliver(event)
    }

    private mutating func advance(to object: JSON) {
        if let version = object.resourceVersion, !version.isEmpty { resourceVersion = version }
        failures = 0
        hasDeliveredSinceOpening = true
    }

    private mutating func receivedError(_ status: JSON) -> Step {
        let reason = status["reason"]?.string
        let code = status["code"]?.int ?? 0
        if code == 410 || reason == "Expired" || reason == "Gone" { return .deliver(.expired) }
        guard code == 429 || code >= 500 else { return .fail }
        let seconds = status.at("details", "retryAfterSeconds")?.int ?? 0
        return failed(retryAfter: seconds > 0 ? .seconds(seconds) : nil)
    }

    private mutating func failed(retryAfter: Duration?) -> Step {
        failures += 1
        guard failures < WatchState.failuresMax else { return .fail }
        let pause = WatchState.pauseMin * (1 << min(failures - 1, 6))
        return .reopen(after: max(retryAfter ?? .zero, min(pause, WatchState.pauseMax)))
    }
}
