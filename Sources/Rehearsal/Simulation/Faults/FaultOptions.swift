import Clocks

/// What may go wrong in one schedule; drawn anew for each, so that some know nothing of a kind and others
/// little else.
package struct FaultOptions: Sendable, Hashable {
    /// The kinds, as `--faults` names them.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Calls that do not arrive, or whose answers do not.
        case calls
        /// Servers that answer 429, 500 and 503.
        case servers
        /// One site, or the balancer, that cannot be reached for a while.
        case cuts
        /// The driver's process dies.
        case deaths
        /// The disk of the journal refuses writes.
        case disk
        /// Pods die, flap, and controllers begin anew.
        case pods
        /// The balancer restarts, or follows late.
        case balancer
        /// The link between the sites is cut.
        case link
        /// The time of day is stepped.
        case clock
        /// People pause, resume and go back.
        case people
        /// Somebody changes by hand what the run works on.
        case hands
        /// The target answers with errors for a while, or its pods take long to start.
        case target
        /// Both sites answer with errors for a while, as when what both depend on is down.
        case outages
        /// The driver's process is stopped past its lease, another machine takes over with a copy of the
        /// journal, and the first one wakes up.
        case takeovers
        /// Probes, numbers and comparisons do not succeed for a while.
        case probes
        /// What bridges lead to comes late: the addresses of load balancers.
        case ways
        /// Copies of stores get nothing from each other for a while.
        case stores
    }

    /// Before that nothing goes wrong.
    package var quiet = Duration.zero
    /// Until when things go wrong; then everything heals.
    package var span: Duration
    /// Of a thousand calls, how many meet each fate.
    package var notSentPerMille = 0
    package var lostPerMille = 0
    package var answerLostPerMille = 0
    package var latePerMille = 0
    package var refusedPerMille = 0
    /// Of a thousand requests to who keeps no versions, the balancer or a store, how many arrive late beside that;
    /// of a thousand creations, a fifth as many.
    package var lateRequestsPerMille = 0
    /// Until when they do, where that is after the span.
    package var lateRequestsSpan = Duration.zero
    /// How often a site or the balancer cannot be reached for some seconds.
    package var cuts = 0
    /// How often the driver's process dies: at a drawn time, or at a drawn place of its work.
    package var deaths = 0
    package var diskPerMille = 0
    package var podKills = 0
    package var flaps = 0
    package var controllerRestarts = 0
    package var balancerRestarts = 0
    package var balancerSticks = 0
    package var linkCuts = 0
    package var clockSteps = 0
    package var handEdits = 0
    /// How often somebody changes at the source what pods read, and thinks better of it.
    package var configurationEdits = 0
    package var pauses = 0
    package var targetBreaks = 0
    package var slowStarts = 0
    package var takeovers = 0
    /// Whether machines that are stopped are stopped with their clocks.
    package var stopsClocks = false
    /// Whether who wants everything back early wants all traffic back first.
    package var rollsBackNow = false
    package var outages = 0
    /// How often what is tried at the target does not succeed for a while.
    package var trialFailures = 0
    /// How often a cloud gives no load balancer an address for a while.
    package var lateAddresses = 0
    /// How often copies of stores get nothing from each other for a while.
    package var storeStands = 0
    /// Whether somebody wants everything back before the end.
    package var rollsBackEarly = false
    /// Whether somebody wants everything back when all has crossed; else they finish.
    package var rollsBackAtTheEnd = false

    /// Draws what goes wrong, of these kinds only.
    package init(_ choices: Choices, of kinds: Set<Kind> = Set(Kind.allCases)) {
        // Half of the schedules crowd into some seconds.
        span = .seconds(choices.pick(2) == 0 ? 3 + choices.pick(12) : 5 + choices.pick(60))
        func often(_ kind: Kind, _ bound: Int) -> Int {
            // Half of the schedules know nothing of a kind; the draws are made all the same, so that a
            // kind that is switched off leaves the others as they were.
            let isOn = choices.pick(2) == 1
            let amount = choices.pick(bound) + 1
            return isOn && kinds.contains(kind) ? amount : 0
        }
        notSentPerMille = often(.calls, 30)
        lostPerMille = often(.calls, 30)
        answerLostPerMille = often(.calls, 30)
        latePerMille = often(.calls, 20)
        refusedPerMille = often(.servers, 60)
        cuts = often(.cuts, 2)
        deaths = often(.deaths, 4)
        diskPerMille = often(.disk, 20)
        podKills = often(.pods, 3)
        flaps = often(.pods, 3)
        controllerRestarts = often(.pods, 2)
        balancerRestarts = often(.balancer, 2)
        balancerSticks = often(.balancer, 2)
        linkCuts = often(.link, 2)
        clockSteps = often(.clock, 2)
        handEdits = often(.hands, 1)
        pauses = often(.people, 2)
        targetBreaks = often(.target, 2)
        slowStarts = often(.target, 2)
        takeovers = often(.takeovers, 1)
        rollsBackEarly = often(.people, 4) > 3
        rollsBackAtTheEnd = choices.pick(2) == 1 && kinds.contains(.people)
        outages = often(.outages, 1)
    }

    /// Draws how often trials fail, where a plan has any.
    ///
    /// From a seed of its own, so that the schedules of plans without trials stay what they were.
    mutating func drawTrials(_ seed: UInt64, of kinds: Set<Kind>) {
        let choices = Choices(seed: ~seed)
        guard kinds.contains(.probes), choices.pick(2) == 1 else { return }
        trialFailures = choices.pick(3) + 1
    }

    /// Draws how late the addresses of load balancers come, where bridges lead to any.
    mutating func drawWays(_ seed: UInt64, of kinds: Set<Kind>) {
        let choices = Choices(seed: seed ^ 0xB41A_4CE5_0ADD_7E55)
        guard kinds.contains(.ways), choices.pick(2) == 1 else { return }
        lateAddresses = choices.pick(2) + 1
    }

    /// Draws how often copies of stores stand still, where writers of any change sides.
    mutating func drawStores(_ seed: UInt64, of kinds: Set<Kind>) {
        let choices = Choices(seed: seed ^ 0x570E_57A4_D5F0_110B)
        guard kinds.contains(.stores), choices.pick(2) == 1 else { return }
        storeStands = choices.pick(3) + 1
    }

    /// Draws where in a run that takes as long as `calm` without faults it goes wrong: in a third of the
    /// schedules for some times as long as that, in a sixth for some seconds from the beginning on, and else from
    /// any moment on.
    mutating func drawWindow(_ seed: UInt64, in calm: Duration) {
        let choices = Choices(seed: seed ^ 0x3C0D_E0FA_11C0_FFEE)
        // A run makes few of them, and most when it has come far.
        if lateRequestsPerMille > 0 { lateRequestsSpan = calm * 8 }
        switch choices.pick(6) {
        case 0: break
        // Nothing is done while a lease lasts whose driver died, or an answer is waited for that never comes.
        case 1, 2: span = max(span, calm * (2 + choices.pick(8)))
        default:
            quiet = calm * choices.pick(100) / 100
            span += quiet
        }
    }

    /// Draws how it goes wrong, of what is drawn already.
    ///
    /// From a seed of its own, so that schedules stay what they were but for that.
    mutating func drawManner(_ seed: UInt64) {
        let choices = Choices(seed: seed ^ 0x9E37_79B9_7F4A_7C15)
        // Where somebody steps the time of day as well, nothing tells that the machine was stopped.
        stopsClocks = choices.pick(2) == 1 && clockSteps == 0
        rollsBackNow = choices.pick(2) == 1
        configurationEdits = handEdits > 0 ? choices.pick(3) : 0
        // There are few of them beside all other calls.
        lateRequestsPerMille = latePerMille > 0 ? 50 * (1 + choices.pick(10)) : 0
    }

    /// From when on nothing goes wrong any more.
    var healed: Duration { max(span, lateRequestsSpan) }

    /// Nothing goes wrong, and somebody finishes.
    package static var none: FaultOptions {
        FaultOptions(Choices(seed: 0), of: [])
    }
}
