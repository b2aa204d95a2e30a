import Clocks
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects

/// A site that is to be read.
package struct AssessedSite: Sendable {
    /// Where its objects are read from.
    package let objects: any ObjectSource
    /// What answers for it; nil where nobody does.
    package let client: KubernetesClient?
    /// Whether what is not there is absent: files say only what is in them.
    package let isComplete: Bool
    /// What it remarks.
    package let warnings: WarningLog
    /// Which Kubernetes it is, where nobody can be asked.
    let version: ServerVersion?

    /// A cluster; `warnings` must be what the client tells.
    package init(cluster: ClusterSource, warnings: WarningLog = WarningLog()) {
        objects = cluster
        client = cluster.client
        isComplete = true
        version = nil
        self.warnings = warnings
    }

    /// What else has objects: files, an archive.
    package init(
        objects: any ObjectSource,
        isComplete: Bool = false,
        version: ServerVersion? = nil
    ) {
        self.objects = objects
        client = nil
        self.isComplete = isComplete
        self.version = version
        warnings = WarningLog()
    }
}

/// Reads both sites page by page and keeps slim facts only; changes nothing.
package struct EstateReader: Sendable {
    /// Lists that are read at once of one site: each holds a page.
    private static let width = 4

    private let source: AssessedSite
    private let target: AssessedSite?
    private let targetVersion: ServerVersion?
    private let namespaces: [String]
    private let stated: StatedFacts
    private let readsSecrets: Bool
    private let time: (any TimeSource)?

    /// Without a target site, `targetVersion` is all that is known of it.
    ///
    /// `readsSecrets` also finds the hosts and ports in the source's Secrets, and keeps nothing else of
    /// them. Clocks are compared where there is a `time` to compare them with.
    package init(
        source: AssessedSite,
        target: AssessedSite?,
        targetVersion: ServerVersion? = nil,
        namespaces: [String] = [],
        stated: StatedFacts = StatedFacts(),
        readsSecrets: Bool = false,
        time: (any TimeSource)? = nil
    ) {
        self.source = source
        self.target = target
        self.targetVersion = targetVersion
        self.namespaces = namespaces
        self.stated = stated
        self.readsSecrets = readsSecrets
        self.time = time
    }

    /// - Throws: `KubernetesError` when a site does not answer; what may not be read is no error but
    ///   is named in the facts.
    package func read() async throws(KubernetesError) -> AssessedEstate {
        let source = try await SiteReading(
            site: source,
            namespaces: namespaces,
            readsSecrets: readsSecrets,
            time: time
        ).read()
        let target: SiteFacts
        if let site = self.target {
            target = try await SiteReading(site: site, namespaces: [], time: time).read()
        } else {
            target = SiteFacts(
                name: targetVersion.map { "Kubernetes \($0)" } ?? "unknown",
                version: targetVersion,
                isLive: false
            )
        }
        return AssessedEstate(
            source: source,
            target: target,
            namespaces: namespaces,
            stated: stated,
            now: time?.wallTime
        )
    }

    /// One site.
    private struct SiteReading {
        let site: AssessedSite
        let namespaces: [String]
        var readsSecrets = false
        let time: (any TimeSource)?

        func read() async throws(KubernetesError) -> SiteFacts {
            let discovery = try await site.objects.discover()
            var facts = SiteFacts(
                name: site.objects.name,
                discovery: discovery,
                isLive: site.isComplete
            )
            facts.version = site.version
            if let client = site.client {
                try await askServer(client, &facts)
                try await askIssuer(client, &facts)
            }
            let kinds = discovery.preferredKinds.filter {
                $0.verbs.contains("list") && !ClusterMade.views.contains($0.groupResource)
            }
            // Which words are calls is known only when the Services are.
            let services = kinds.filter { $0.group.isEmpty && $0.kind == "Service" }
            let others = kinds.filter { !($0.group.isEmpty && $0.kind == "Service") }
            try await add(services, to: &facts, names: ServiceNames([]))
            try await add(others, to: &facts, names: ServiceNames(facts.all("Service")))
            for kind in facts.objects.keys { facts.objects[kind]?.sort { $0.key < $1.key } }
            try await askOldVersions(of: facts, discovery)
            facts.unreadable.sort()
            facts.warnings = site.warnings.warnings(by: discovery)
            if let clock = facts.clock, let time {
                let end = time.wallTime.advanced(by: clock.lead)
                facts.clock = SiteClock(lead: clock.lead, begin: clock.begin, end: end)
            }
            return facts
        }

        /// What the server says of itself: its version, and what time it is there.
        private func askServer(
            _ client: KubernetesClient,
            _ facts: inout SiteFacts
        ) async throws(KubernetesError) {
            let before = time?.wallTime
            let answer = try await client.request("GET", path: "/version")
            if let before, let after = time?.wallTime,
                let clock = ServerClock(answer.headers, asked: before, answered: after)
            {
                facts.clock = SiteClock(lead: clock.lead, begin: clock.shown, end: clock.shown)
            }
            // A server that states no version is not refused for it.
            do {
                facts.version = (try answer.document()["gitVersion"]?.string).flatMap {
                    ServerVersion($0)
                }
            } catch { return }
        }

        /// Who asks for it needs a right that only accounts have unasked; who lacks it is told less.
        private func askIssuer(
            _ client: KubernetesClient,
            _ facts: inout SiteFacts
        ) async throws(KubernetesError) {
            let answer: RawAnswer
            do {
                answer = try await client.request("GET", path: "/.well-known/openid-configuration")
            } catch  where error.status != nil {
                return
            }
            do { facts.issuer = try answer.document()["issuer"]?.string } catch { return }
        }

        private func add(
            _ kinds: [ResourceKind],
            to facts: inout SiteFacts,
            names: ServiceNames
        ) async throws(KubernetesError) {
            let lists = kinds.flatMap { kind -> [ListReading] in
                let places: [String?] =
                    kind.isNamespaced && !namespaces.isEmpty ? namespaces.map { $0 } : [nil]
                return places.map {
                    ListReading(
                        kind: kind,
                        namespace: $0,
                        source: site.objects,
                        slimmer: Slimmer(services: names, readsSecrets: readsSecrets)
                    )
                }
            }
            let outcomes = await BoundedWork.results(of: lists, width: EstateReader.width) { list in
                await list.read()
            }
            for outcome in outcomes {
                switch outcome {
                case .success(let found): found.add(to: &facts)
                case .failure(.unreadable(let what)): facts.unreadable.append(what)
                case .failure(.failed(let error)): throw error
                }
            }
        }

        /// Lists one object through each version that somebody writes and the server does not
        /// prefer: a server says of those itself whether and when they end.
        private func askOldVersions(
            of facts: SiteFacts,
            _ discovery: Discovery
        ) async throws(KubernetesError) {
            guard let client = site.client else { return }
            var asked: Set<GroupVersionKind> = []
            for object in facts.objects.values.joined() {
                for writer in object.writers {
                    guard let version = GroupVersion(apiVersion: writer.apiVersion),
                        version.group == object.key.group
                    else { continue }
                    asked.insert(
                        GroupVersionKind(
                            group: version.group,
                            version: version.version,
                            kind: object.key.kind
                        )
                    )
                }
            }
            for kind in asked.sorted() {
                guard discovery.preferredVersions[kind.group] != kind.version,
                    let resource = discovery.kind(for: kind), resource.verbs.contains("list")
                else { continue }
                do {
                    _ = try await client.request(
                        "GET",
                        path: resource.path(),
                        query: [(name: "limit", value: "1")]
                    )
                } catch  where error.isForbidden || error.isNotFound {
                    continue
                }
            }
        }
    }
}
