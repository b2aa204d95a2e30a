import Clocks
import EmbeddedSites
import Synchronization

/// The calls between services: every name that a running pod calls must lead to somebody who serves,
/// whichever endpoint a proxy takes, across the link at most once.
///
/// Whoever has looked up a name keeps its address, some for as long as they live: so the address must stay
/// the same as long as anybody calls it. And whoever has been led to the other site's entry keeps a
/// connection to it, which the entry does not close when the name is turned: for a while requests still go
/// that way, and there they must be answered.
final class InternalCalls: WorldPart {
    private struct Name: Hashable, Comparable {
        let site: TwinSite
        let namespace: String
        let name: ServiceName
        let text: String
        /// The site to whose entry a connection is kept; nil where one is made anew.
        var entry: TwinSite?

        /// The same over a connection that is kept to the entry of a site.
        func kept(to entry: TwinSite) -> Name {
            var kept = self
            kept.entry = entry
            return kept
        }

        /// The same over a connection that is made anew.
        var anew: Name {
            var anew = self
            anew.entry = nil
            return anew
        }

        // The text tells most of them apart.
        func hash(into hasher: inout Hasher) { hasher.combine(text) }

        static func < (left: Name, right: Name) -> Bool {
            (left.site.rawValue, left.namespace, left.text, left.entry?.rawValue ?? "")
                < (right.site.rawValue, right.namespace, right.text, right.entry?.rawValue ?? "")
        }
    }

    private struct State {
        /// The address with which each of them was answered first.
        var answers: [Name: String] = [:]
        /// How often a name was called by an address that was looked up before.
        var answersKept = 0
        /// Connections to entries of the other site to which their names lead now.
        private var led: Set<Name> = []
        /// Connections to such entries whose names lead elsewhere by now, and until when each is in use.
        private var kept: [Name: Duration] = [:]
        private(set) var connectionsKept = 0
        /// How it was found where each name that is called leads.
        private(set) var ways: [Name: Way] = [:]
        /// Names that are called and at which nobody has looked.
        private(set) var fresh: Set<Name> = []
        /// The names whose ways depend on what a mark tells of.
        // Invariant: by the marks of `ways`, and of nothing else.
        private var dependents: [WayMark: Set<Name>] = [:]
        var acceptingVersion = -1
        /// What each pod that accepts calls, by its site and uid.
        var called: [TwinSite: [String: [Name]]] = [:]

        /// Takes in which names are called now.
        mutating func expect(_ called: Set<Name>) {
            led = led.filter { called.contains($0.anew) }
            kept = kept.filter { called.contains($0.key.anew) }
            let names = called.union(led).union(kept.keys)
            for gone in Array(ways.keys) where !names.contains(gone) { remember(nil, of: gone) }
            fresh = names.filter { ways[$0] == nil }
            answers = answers.filter { names.contains($0.key) }
        }

        /// Takes in to whose entries a name leads now, of those of the other site.
        mutating func keep(_ name: Name, at entries: Set<TwinSite>, until end: Duration) {
            for entry in TwinSite.allCases where entry != name.site {
                let connection = name.kept(to: entry)
                if entries.contains(entry) {
                    kept[connection] = nil
                    led.insert(connection)
                    if ways[connection] == nil { fresh.insert(connection) }
                } else if led.remove(connection) != nil {
                    kept[connection] = end
                    connectionsKept += 1
                }
            }
        }

        /// Forgets connections that have ended by now.
        mutating func end(until now: Duration) {
            for (connection, until) in kept where until <= now {
                kept[connection] = nil
                remember(nil, of: connection)
            }
        }

        /// The names that may lead elsewhere now.
        func concerned(by changes: WayWatch.Changes, all: Bool) -> Set<Name> {
            if all || changes.isEverything { return fresh.union(ways.keys) }
            return changes.marks.reduce(into: fresh) { names, mark in
                if let dependents = dependents[mark] { names.formUnion(dependents) }
            }
        }

        mutating func remember(_ way: Way?, of name: Name) {
            for mark in ways[name]?.marks ?? [] {
                dependents[mark]?.remove(name)
                if dependents[mark]?.isEmpty == true { dependents[mark] = nil }
            }
            for mark in way?.marks ?? [] { dependents[mark, default: []].insert(name) }
            ways[name] = way
            fresh.remove(name)
        }
    }

    private let sites: [SimulatedSite]
    private let network: SimulatedNetwork
    private let failures: FailureSink
    private let time: any TimeSource
    private let watch: WayWatch
    /// How long a connection to an entry is kept once its name leads elsewhere.
    private let keptMax: Duration
    private let state = Mutex(State())

    init(
        _ sites: [SimulatedSite],
        _ network: SimulatedNetwork,
        _ failures: FailureSink,
        keptMax: Duration,
        _ time: any TimeSource
    ) {
        self.keptMax = keptMax
        self.sites = sites
        self.network = network
        self.failures = failures
        self.time = time
        watch = network.watch()
    }

    func step() -> Duration? { nil }

    /// Looks at every name that leads elsewhere than before, or is called for the first time.
    func settle(until next: Duration) {
        let changes = watch.take()
        guard !changes.isEmpty || network.doubts else { return }
        state.withLock { state in
            state.end(until: time.uptime)
            let version = sites.reduce(0) { $0 + $1.nodes.acceptingVersion }
            if state.acceptingVersion != version {
                state.acceptingVersion = version
                state.expect(names(&state))
            }
            for name in state.concerned(by: changes, all: network.doubts).sorted() {
                let way = look(name)
                state.remember(way, of: name)
                guard name.entry == nil else { continue }
                compare(name, &state)
                state.keep(name, at: way.entries, until: time.uptime + keptMax)
            }
        }
    }

    /// How often a name led elsewhere while connections to an entry of the other site were kept.
    var connectionsKept: Int { state.withLock { $0.connectionsKept } }

    /// How often a name was called by an address that was looked up before something changed behind it.
    var answersKept: Int { state.withLock { $0.answersKept } }

    /// Tells when who has looked up a name before would call somebody else.
    private func compare(_ name: Name, _ state: inout State) {
        let answer = network.address(named: name.name, in: name.namespace, at: name.site)
        guard let kept = state.answers[name] else { return state.answers[name] = answer }
        state.answersKept += 1
        guard kept != answer else { return }
        failures.note(
            "\(name.text), looked up as \(kept) by pods of \(name.namespace) at the \(name.site), is "
                + (answer.map { "\($0) now" } ?? "nowhere now"),
            at: time.uptime
        )
    }

    private func names(_ state: inout State) -> Set<Name> {
        var names: Set<Name> = []
        for site in sites {
            let known = state.called[site.role] ?? [:]
            var called: [String: [Name]] = [:]
            for plan in site.nodes.accepting {
                let ofPod = known[plan.uid] ?? InternalCalls.names(of: plan, at: site.role)
                called[plan.uid] = ofPod
                names.formUnion(ofPod)
            }
            state.called[site.role] = called
        }
        return names
    }

    private static func names(of plan: PodPlan, at site: TwinSite) -> [Name] {
        plan.calls.compactMap { call -> Name? in
            guard !call.isSurmised, let name = call.name else { return nil }
            return Name(site: site, namespace: plan.namespace, name: name, text: call.text)
        }
    }

    /// Tells what is wrong with where a name leads; answers what that depends on.
    private func look(_ name: Name) -> Way {
        var who = "\(name.text), called by pods of \(name.namespace) at the \(name.site)"
        var way = Way()
        let found: Set<Landing>?
        if let entry = name.entry {
            who += " over a connection to the entry of the \(entry)"
            found = network.landings(
                from: name.site,
                to: TwinEndpoint(entry.entryAddress, port: 80),
                asking: Asking(host: name.name.host),
                &way
            )
        } else {
            found = network.landings(named: name.name, in: name.namespace, at: name.site, &way)
        }
        guard let found else {
            failures.note("\(who), is no name", at: time.uptime)
            return way
        }
        let problems = found.compactMap { landing -> String? in
            switch landing {
            // Whoever is still asked by a connection that was kept may have to ask back.
            case .pod(_, let workload, let crossings):
                crossings > (name.entry == nil ? 1 : 2)
                    ? "\(who), crosses the link \(crossings) times to \(workload)" : nil
            case .entry: nil
            case .nobody(let reason, let excused): excused ? nil : "\(who): \(reason)"
            }
        }
        for problem in problems.sorted() { failures.note(problem, at: time.uptime) }
        return way
    }
}

/// Where requests are told that could be lost, each way of it once.
package final class FailureSink: Sendable {
    /// A way in which requests could be lost.
    package struct Failure: Sendable, Hashable {
        /// Which name or route, at which site, and why.
        package let what: String
        /// The virtual uptime at which it first was so.
        package let at: Duration
    }

    private let state = Mutex<(known: Set<String>, failures: [Failure])>(([], []))

    package init() {}

    /// In the order in which they were first met.
    package var failures: [Failure] { state.withLock { $0.failures } }

    func note(_ what: String, at instant: Duration) {
        state.withLock { state in
            guard state.known.insert(what).inserted else { return }
            state.failures.append(Failure(what: what, at: instant))
        }
    }
}
