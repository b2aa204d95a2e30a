/// A bug that is put in on purpose, to see that a simulation would find it: the test of the tests.
///
/// Each is a promise that an engine or a provider of ours could break; none is in the program.
package enum Mutant: String, Sendable, Hashable, CaseIterable {
    // MARK: The journal

    /// Says that entries are on the disk before they are: a process that dies loses the last ones.
    case writesBehind
    /// Takes commands out of the inbox and forgets them.
    case losesCommands

    // MARK: Leases

    /// Takes a lease whoever holds it.
    case takesAnyLease
    /// Leaves the leases as they are when the run is over.
    case keepsLeases
    /// Sends what changes something without asking whether its leases still last.
    case sendsAfterItsLease
    /// Changes objects whatever their version is by then.
    case sendsNoVersions

    // MARK: Creations

    /// Looks once, and not again for a creation that arrives late.
    case looksOnce

    // MARK: Traffic

    /// Believes that what the balancer accepted is what it serves.
    case trustsAcceptedWeight
    /// Gives back no traffic on the way back.
    case restoresNoWeight
    /// Gives back a constant instead of what was there.
    case restoresConstantWeight

    /// Overlooks what still runs at a site that is left.
    case overlooksConnections
    /// Overlooks what a process of the balancer has that was replaced.
    case overlooksReloads
    /// Overlooks that requests fail.
    case overlooksFailures

    // MARK: Stores

    /// Believes that a copy refuses writes as soon as it means to ask for that.
    case trustsFence
    /// Takes a copy for complete, however far it lies behind.
    case takesCopyForComplete
    /// Says that the source's copy follows the target's, and does not let it.
    case followsInWordsOnly
    /// Lets copies follow each other that nobody needs any more.
    case leavesNoStore

    // MARK: Gates

    /// Takes a workload for ready that was only asked for.
    case takesAskedForReady
    /// Does not wait until proxies have followed.
    case doesNotSettle
    /// Takes pods for gone that still end.
    case takesPodsForGone
    /// Takes what is tried at the target for good, whatever came of it.
    case overlooksTrials

    // MARK: Bridges

    /// Lets what is to follow the other site's pods or nodes for bridges do nothing.
    case keeperFollowsNobody
    /// Leaves bridges where they led, whatever has become of the other site's nodes.
    case refreshesNoBridges
    /// Takes it that bridges carry as soon as they stand.
    case triesNoBridges
    /// Leaves the rules of entries that bridges lead to as they are when pods change sides.
    case leavesEntriesOfBridges
    /// Lets entries forget names at once, whoever keeps a connection to them.
    case forgetsKeptConnections

    // MARK: Changes

    /// Leaves out the bridge at the source.
    case addsNoBridge
    /// Leaves the bridge in place when the name is turned.
    case removesNoBridge
    /// Leaves the name without pods of its own.
    case addsNoSelector
    /// Leaves the marks of the run on what it made.
    case removesNoMarks
    /// Starts pods at the target by their count, whatever ordinals the source still runs.
    case ignoresOrdinals
    /// Asks for fewer replicas at the target than it says.
    case scalesToOne
    /// Lets schedules begin their ticks at the target as soon as they are there.
    case startsSchedulesEarly
    /// Lets schedules change sides at any moment, whatever they have begun.
    case ignoresTicks
    /// Moves workers one fewer than it says, pod by pod.
    case losesAWorker
    /// Leaves the pods running that it is to take away, and says that they are gone.
    case leavesPodsRunning

    // MARK: The way back

    /// Undoes no change of scale.
    case undoesNoScale
    /// Undoes a change of scale by a constant.
    case undoesScaleByConstant
    /// Undoes only what this process made itself.
    case undoesOwnOnly
    /// Undoes nothing that it created.
    case undoesNoCreation
    /// Undoes no bridge.
    case undoesNoBridge
    /// Undoes no turn of an entry.
    case undoesNoEntryTurn

    /// Whether only an estate with a store whose writer changes sides can show it.
    package var isOfStores: Bool {
        switch self {
        case .trustsFence, .takesCopyForComplete, .followsInWordsOnly, .leavesNoStore: true
        default: false
        }
    }

    /// Whether only an estate with workloads of every kind can show it.
    package var isOfKinds: Bool {
        switch self {
        case .ignoresOrdinals, .startsSchedulesEarly, .ignoresTicks, .leavesPodsRunning,
            .losesAWorker:
            true
        default: false
        }
    }
}
