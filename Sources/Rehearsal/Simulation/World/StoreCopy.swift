import MigrationModel

/// A store's copy at one site: what it does, and what was written to it.
package struct StoreCopy: Sendable {
    /// What it does with writes, and whom it follows.
    package enum Role: Sendable, Hashable {
        case accepts
        case refuses
        case follows
    }

    package private(set) var role: Role
    /// Whether it refuses writes once it is started again, whatever it does now: a fence leaves that, also one that
    /// was cut off.
    private(set) var refusesWhenRestarted = false
    /// The numbers of the writes that it has, in their order: as many ranges as there are gaps, and one more.
    private(set) var written: [Range<Int>] = []

    package init(_ role: Role) { self.role = role }

    /// What a look sees of it.
    package var reading: StoreReading {
        StoreReading(acceptsWrites: role == .accepts, follows: role == .follows, position: count)
    }

    var count: Int { written.reduce(0) { $0 + $1.count } }

    /// Does what it is asked for; false when it refuses, for what it holds would be overwritten.
    package mutating func take(_ change: StoreChange) -> Bool {
        switch (change, role) {
        case (.follow, .accepts): return false
        case (.follow, _): role = .follows
        case (.fence, let was):
            refusesWhenRestarted = true
            if was == .accepts { role = .refuses }
        case (.promote, _):
            role = .accepts
            refusesWhenRestarted = false
        case (.leave, .follows): role = .refuses
        case (.leave, _): break
        }
        return true
    }

    /// Does the first part of what it is asked for.
    mutating func begin(_ change: StoreChange) {
        if change == .fence { refusesWhenRestarted = true }
    }

    /// Takes writes that nobody has had before.
    mutating func write(_ numbers: Range<Int>) {
        guard !numbers.isEmpty else { return }
        if let last = written.last, last.upperBound == numbers.lowerBound {
            written[written.count - 1] = last.lowerBound..<numbers.upperBound
        } else {
            written.append(numbers)
        }
    }

    /// Takes over the first of what another copy has, and has nothing else from then on.
    mutating func replicate(_ other: StoreCopy, first count: Int) {
        var rest = count
        written = []
        for range in other.written where rest > 0 {
            write(range.prefix(rest))
            rest -= range.count
        }
    }
}
