/// Something with state and at most one writer, of which each site has a copy, and the program by which a
/// person lets the writer change sides.
package struct Store: Sendable, Hashable, Codable {
    /// What people call it.
    package var name: String
    /// Whose pods keep it, at both sites.
    package var workload: WorkloadID
    /// The program and its first arguments, which a verb and a site follow.
    ///
    /// A program whose name has a slash is found from the migration file.
    package var program: [String]
    /// How many positions a copy may lie behind before the writer is stopped.
    package var behindMax: Int
    /// How long one call of the program may take.
    package var timeoutMilliseconds: Int

    /// Takes what the migration file says.
    package init(
        name: String,
        workload: WorkloadID,
        program: [String],
        behindMax: Int = 0,
        timeoutMilliseconds: Int = 30_000
    ) {
        self.name = name
        self.workload = workload
        self.program = program
        self.behindMax = behindMax
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}

/// What a store's copy at one site is asked to do.
///
/// Each is repeatable; raw values are the verbs of the store's program.
package enum StoreChange: String, Sendable, Hashable, Codable, CaseIterable {
    /// Takes over what the other site's copy has, and from then on everything that comes there.
    ///
    /// What accepts writes refuses this: what it holds would be overwritten.
    case follow
    /// Refuses writes from now on, also after a restart; everything that was written stays.
    case fence
    /// Follows nobody any more, and accepts writes.
    case promote
    /// Follows nobody any more, and the other site's copy knows nothing of it.
    case leave
}

/// What was seen of a store's copy at one site.
package struct StoreReading: Sendable, Hashable, Codable {
    /// Whether it accepts writes now.
    package var acceptsWrites: Bool
    /// Whether it takes over what the other site's copy has.
    package var follows: Bool
    /// How far it has come: never less after more writes, and the same at both sites for the same writes.
    package var position: Int

    /// Takes what a look has seen.
    package init(acceptsWrites: Bool, follows: Bool, position: Int) {
        self.acceptsWrites = acceptsWrites
        self.follows = follows
        self.position = position
    }
}

/// What must be seen of a store's copy at one site.
package enum StoreGoal: Sendable, Hashable, Codable {
    case refusesWrites
    case acceptsWrites
    /// It refuses writes, follows the other site's copy, and lies so many positions behind it at most.
    case follows(behindMax: Int)
    /// It has everything that the other site's copy has, which refuses writes.
    case caughtUp
}
