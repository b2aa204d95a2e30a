import Clocks
import ControlPlaneSupport
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

/// What a copy must not get wrong, held against the twin and against real control planes of two
/// versions where there are any.
@Suite(.serialized) struct CopyDetailTests {
    private static let assets = ControlPlane.assets("KUBEBUILDER_ASSETS")

    @Test(arguments: CopyCase.all.filter { !$0.needsAggregation })
    func `the twin is copied right`(_ detail: CopyCase) async throws {
        try await detail.hold(try await SitePair.twin())
    }

    /// One pair for all cases: each has a namespace of its own.
    @Test(.enabled(if: assets != nil, "KUBEBUILDER_ASSETS names no API server to run"))
    func `real clusters are copied right`() async throws {
        let target = try #require(Self.assets)
        let other = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS_SOURCE"] ?? ""
        let source = other.isEmpty ? target : other
        try await SitePair.real(source: source, target: target) { pair in
            for detail in CopyCase.all {
                do {
                    try await detail.hold(pair)
                    print("kept: \(detail)")
                } catch {
                    Issue.record(error, "\(detail)")
                }
            }
        }
    }
}

/// One detail that naive copies get wrong, and how it is looked at.
struct CopyCase: Sendable, CustomTestStringConvertible, CustomStringConvertible {
    let says: String
    /// The namespace that is its own.
    let name: String
    /// The twin stores an APIService, and asks nobody behind it.
    let needsAggregation: Bool
    private let body: @Sendable (DetailScene) async throws -> Void

    init(
        _ name: String,
        _ says: String,
        needsAggregation: Bool = false,
        _ body: @escaping @Sendable (DetailScene) async throws -> Void
    ) {
        self.name = name
        self.says = says
        self.needsAggregation = needsAggregation
        self.body = body
    }

    var description: String { "\(name): \(says)" }
    var testDescription: String { description }

    func hold(_ pair: SitePair) async throws {
        pair.target.tap.reset()
        try await body(DetailScene(pair: pair, namespace: name))
    }

    static let all =
        wholeCluster + ownership + exposure + running + standing + storing + defining
        + refusing + renaming + equality + crowding
}

/// Two sites and the namespace of one case.
struct DetailScene: Sendable {
    let pair: SitePair
    let namespace: String

    var copies: CopyScene { CopyScene(pair) }
    var source: KubernetesClient { pair.source.client }
    var target: KubernetesClient { pair.target.client }

    func rule(
        _ workloads: WorkloadStart = .stopped,
        loadBalancers: LoadBalancerChoice = .undecided
    ) -> CopyRule {
        CopyRule(
            name: namespace,
            selection: CopySelection(namespaces: [namespace]),
            workloads: workloads,
            loadBalancers: loadBalancers
        )
    }

    /// Makes the case's namespace and what a text says, in which `NS` stands for the namespace.
    func open(_ yaml: String, labels: String = "{}") async throws {
        try await make("{apiVersion: v1, kind: Namespace, metadata: {name: NS, labels: \(labels)}}")
        try await pair.wait(until: "the default account is there") {
            try await copies.get("serviceaccounts \(namespace)/default", at: source) != nil
        }
        try await make(yaml)
    }

    func make(_ yaml: String, atTarget: Bool = false) async throws {
        let text = yaml.replacingOccurrences(of: "NS", with: namespace)
        try await copies.create(text, at: atTarget ? target : source)
    }

    func plan(_ rule: CopyRule? = nil) async throws -> CopyPlan {
        try await copies.plan(rule ?? self.rule())
    }

    /// Copies, and expects that all of it could be written.
    @discardableResult
    func copy(_ rule: CopyRule? = nil) async throws -> CopySummary {
        let plan = try await plan(rule)
        #expect(plan.findings.filter { $0.severity == .blocker } == [])
        let summary = await CopyRun(plan, target: copies.target, time: pair.time).perform()
        #expect(summary.failures.map { "\($0.key): \($0.reason)" } == [])
        return summary
    }

    /// A second copy of the same source writes nothing.
    func expectNothingMore(_ rule: CopyRule? = nil) async throws {
        pair.target.tap.reset()
        let plan = try await plan(rule)
        #expect(CopyText.lines(of: plan).filter { $0.hasPrefix("update") } == [])
        #expect(plan.isEmpty)
        _ = await CopyRun(plan, target: copies.target, time: pair.time).perform()
        #expect(pair.target.tap.writes == [])
    }

    /// An object of the case's namespace, as `deployments web`.
    func copied(_ words: String) async throws -> JSON {
        try await object(words, at: target)
    }

    func original(_ words: String) async throws -> JSON {
        try await object(words, at: source)
    }

    private func object(_ words: String, at client: KubernetesClient) async throws -> JSON {
        let parts = words.split(separator: " ").map(String.init)
        let found = try await copies.get("\(parts[0]) \(namespace)/\(parts[1])", at: client)
        return try #require(found, "\(words)")
    }

    func isAtTarget(_ words: String) async throws -> Bool {
        let parts = words.split(separator: " ").map(String.init)
        return try await copies.get("\(parts[0]) \(namespace)/\(parts[1])", at: target) != nil
    }

    func delete(_ words: String, atTarget: Bool = false) async throws {
        let parts = words.split(separator: " ").map(String.init)
        let client = atTarget ? target : source
        let kind = try #require(try await client.refreshDiscovery().kind(named: parts[0]))
        let place = kind.isNamespaced ? namespace : nil
        _ = try await client.delete(
            kind,
            namespace: place,
            name: parts[1],
            options: DeleteOptions(propagation: .background)
        )
        try await pair.wait(until: "\(words) is gone") {
            try await client.find(kind, namespace: place, name: parts[1]) == nil
        }
    }

    /// Changes an object of the case's namespace, as a person would.
    func merge(
        _ patch: JSON,
        into words: String,
        atTarget: Bool = true,
        subresource: String? = nil
    ) async throws {
        let parts = words.split(separator: " ").map(String.init)
        let client = atTarget ? target : source
        let kind = try #require(try await client.discovery().kind(named: parts[0]))
        _ = try await client.patch(
            kind,
            namespace: namespace,
            name: parts[1],
            .merge(patch),
            subresource: subresource
        )
    }

    func list(_ word: String, at client: KubernetesClient) async throws -> [JSON] {
        let kind = try #require(try await client.refreshDiscovery().kind(named: word))
        return try await client.list(kind, namespace: namespace).items
    }
}

extension CopyPlan {
    /// What it would copy, as `Deployment.apps shop/web`.
    var keys: [String] { items.map { "\($0.key)" }.sorted() }

    /// Checks with their objects, without what servers and versions vary in.
    func objects(of check: String) -> [String] {
        findings.filter { $0.check == check }.flatMap(\.objects)
    }

    func reason(of key: String) -> String? {
        leftOut.first { "\($0.key)" == key }?.reason
    }
}
