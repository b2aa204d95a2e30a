import MigrationModel

/// Says in commands of other programs how the changes at one site are given back.
///
/// For the day this program itself is gone. Pure: nobody is asked, and no secret is among the words.
/// The commands are lines of bash under `set -eu`; each may be run again, and each is harmless if its
/// change was never made.
package protocol PlainSite: Sendable {
    /// Definitions that the lines call, each with a comment; the same text is written once.
    var functions: [String] { get }

    /// Gives back what `before` recorded, and nothing that was not the run's.
    func undo(_ change: SiteChange, to before: BeforeImage, run: RunID) -> [String]

    /// Waits until a condition of this site holds; empty where it needs no waiting by hand.
    ///
    /// `replicas` is what `.asRequested` stands for.
    func wait(for condition: Condition, replicas: Int?) -> [String]

    /// Makes a tombstone of the run's lease: no driver that is still alive goes on, none that sleeps when
    /// it wakes up, and no copy of the journal is driven.
    ///
    /// A site that does not answer is passed over, for traffic is more urgent.
    func endRun(_ run: RunID, of plan: Plan) -> [String]

    /// Removes what a run leaves beside its steps: marks that others have copied from `changed`.
    func removeTraces(changed: [ObjectReference]) -> [String]
}

/// Says in commands of other programs how a balancer gets its weights back; as `PlainSite` does.
package protocol PlainBalancer: Sendable {
    /// Definitions that the lines call.
    var functions: [String] { get }

    /// Gives back exactly what was recorded, once the site that gets it is seen to be up.
    ///
    /// What cannot be given back by a command ends the script, and says what to do by hand.
    func restore(_ requested: RequestedWeight, on route: RouteID) -> [String]
}

/// Says in commands of other programs how the writers of stores are given back; as `PlainSite` does.
package protocol PlainStores: Sendable {
    /// Definitions that the lines call.
    var functions: [String] { get }

    /// Gives back what `was` at this site before, and lets no two copies accept writes.
    func undo(
        _ change: StoreChange,
        of store: Store,
        at site: SiteRole,
        was: StoreReading
    ) -> [String]
}

/// The two sites, the balancer between them and their stores, in the words of other programs.
package struct PlainCommands: Sendable {
    /// The site that is left.
    package let source: any PlainSite
    /// The site that is reached.
    package let target: any PlainSite
    /// The balancer before both.
    package let balancer: any PlainBalancer
    /// The stores at both; nil where none changes sides.
    package let stores: (any PlainStores)?

    package init(
        source: any PlainSite,
        target: any PlainSite,
        balancer: any PlainBalancer,
        stores: (any PlainStores)? = nil
    ) {
        self.source = source
        self.target = target
        self.balancer = balancer
        self.stores = stores
    }

    package subscript(site: SiteRole) -> any PlainSite { site == .source ? source : target }
}

/// Words of a shell.
package enum ShellWord {
    /// The text as one word, whatever is in it.
    package static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "_./:=@%+,-".utf8.contains(byte)
                }
            }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// A command that says why it cannot go on, and ends the script.
    package static func refusal(_ text: String) -> String {
        "{ echo \(quoted(text)) >&2; exit 1; }"
    }

    /// Words beside each other, as one command.
    package static func command(_ words: [String]) -> String {
        words.map(quoted).joined(separator: " ")
    }
}
