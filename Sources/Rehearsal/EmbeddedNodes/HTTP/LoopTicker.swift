import NIOCore

/// Something on an event loop that looks at the time now and then.
protocol Ticked: AnyObject {
    func tick(now: NIODeadline)
}

/// One timer for everything on an event loop that has deadlines.
///
/// A timer for each call would cost more than the call: cancelling one searches all of them.
///
/// Safety: every member is used on `eventLoop` only, which `preconditionInEventLoop` asserts.
final class LoopTicker: @unchecked Sendable {
    /// How late a deadline may be noticed.
    static let interval = TimeAmount.milliseconds(25)

    let eventLoop: any EventLoop
    private var members: [ObjectIdentifier: any Ticked] = [:]
    private var timer: RepeatedTask?

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Keeps `member` alive and ticking until it is removed.
    func add(_ member: any Ticked) {
        eventLoop.preconditionInEventLoop()
        members[ObjectIdentifier(member)] = member
        guard timer == nil else { return }
        timer = eventLoop.scheduleRepeatedTask(
            initialDelay: Self.interval,
            delay: Self.interval
        ) { [weak self] _ in self?.tick() }
    }

    func remove(_ member: any Ticked) {
        eventLoop.preconditionInEventLoop()
        members.removeValue(forKey: ObjectIdentifier(member))
        guard members.isEmpty else { return }
        timer?.cancel()
        timer = nil
    }

    private func tick() {
        let now = NIODeadline.now()
        for member in Array(members.values) { member.tick(now: now) }
    }
}
