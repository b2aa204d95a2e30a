import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

/// Whole plans, change by change: estates that nobody here wrote between two real control planes of
/// different versions, and one of each kind between two clusters of the twin.
@Suite(.serialized) struct TwoSitesTests {
    private static let source = ControlPlane.assets("KUBEBUILDER_ASSETS_SOURCE")
    private static let target = ControlPlane.assets("KUBEBUILDER_ASSETS")
    private static let estates = CopiedEstate.folder

    private static var isPossible: Bool { source != nil && target != nil && estates != nil }

    @Test func `the twin carries one of each kind there and back, and finishes`() async throws {
        let pair = try await SitePair.twin()
        try await SiteCopy(pair: pair, estate: .everyKind).goAndComeBack()
        try await SiteCrossing(pair: pair, estate: .everyKind).goComeBackAndStay()
    }

    @Test func `at the twin what was copied first goes there and back, and finishes`() async throws
    {
        let pair = try await SitePair.twin()
        try await SiteCrossing(pair: pair, estate: .everyKind, isCopiedFirst: true)
            .goComeBackAndStay()
    }

    @Test(
        .enabled(
            if: isPossible,
            "KUBEBUILDER_ASSETS, KUBEBUILDER_ASSETS_SOURCE and the estates are not all there"
        )
    )
    func `every object arrives, a second copy writes nothing, and undone nothing is left`()
        async throws
    {
        let source = try #require(Self.source)
        let target = try #require(Self.target)
        let folder = try #require(Self.estates)
        try await SitePair.real(source: source, target: target) { pair in
            for estate in try CopiedEstate.all(in: folder) {
                try await SiteCopy(pair: pair, estate: estate).goAndComeBack()
            }
        }
    }

    @Test(
        .enabled(
            if: isPossible,
            "KUBEBUILDER_ASSETS, KUBEBUILDER_ASSETS_SOURCE and the estates are not all there"
        )
    )
    func `what was copied first goes there and back, and finishes`() async throws {
        let source = try #require(Self.source)
        let target = try #require(Self.target)
        let folder = try #require(Self.estates)
        try await SitePair.real(source: source, target: target) { pair in
            for estate in try CopiedEstate.all(in: folder) {
                try await SiteCrossing(pair: pair, estate: estate, isCopiedFirst: true)
                    .goComeBackAndStay()
            }
        }
    }

    @Test(
        .enabled(
            if: isPossible,
            "KUBEBUILDER_ASSETS, KUBEBUILDER_ASSETS_SOURCE and the estates are not all there"
        )
    )
    func `every change of a plan is made and undone, then made and finished`() async throws {
        let source = try #require(Self.source)
        let target = try #require(Self.target)
        let folder = try #require(Self.estates)
        try await SitePair.real(source: source, target: target) { pair in
            for estate in try CopiedEstate.all(in: folder) {
                try await SiteCrossing(pair: pair, estate: estate).goComeBackAndStay()
            }
        }
    }
}

/// The copy of one estate, looked at from all sides.
private struct SiteCopy {
    let pair: SitePair
    let estate: CopiedEstate

    func goAndComeBack() async throws {
        try await estate.load(into: pair)
        let sourceBefore = try await ClusterSnapshot(pair.source)
        let targetBefore = try await ClusterSnapshot(pair.target)
        var copy = try await PlannedSteps(pair, estate, .copy)
        pair.source.tap.reset()
        pair.target.tap.reset()
        try await copy.perform()
        let writes = pair.target.tap.writes.count

        let differences = try await compare(copy)
        #expect(differences == [], "\(estate.name)")

        pair.source.tap.reset()
        pair.target.tap.reset()
        try await copy.perform()
        let again = pair.source.tap.writes + pair.target.tap.writes
        #expect(again == [], "\(estate.name)")

        try await copy.undo()
        let targetLeft = targetBefore.differences(to: try await ClusterSnapshot(pair.target))
        #expect(targetLeft == [], "\(estate.name)")
        let sourceLeft = sourceBefore.differences(to: try await ClusterSnapshot(pair.source))
        #expect(sourceLeft == [], "\(estate.name)")
        print(
            "    \(copy.steps.count) steps made with \(writes) writes at the target; copied again: "
                + "\(again.count) writes; undone: \(targetLeft.count) differences at the target, "
                + "\(sourceLeft.count) at the source"
        )
    }

    /// Every object of the source's users against its copy, field by field.
    private func compare(_ copy: PlannedSteps) async throws -> [String] {
        let source = try await ClusterSnapshot(pair.source, namespace: estate.namespace)
        let target = try await ClusterSnapshot(pair.target, namespace: estate.namespace)
        var differences: [String] = []
        var fields = 0
        var objects = 0
        var kinds: [String: Int] = [:]
        for (name, object) in source.objects.sorted(by: { $0.key < $1.key }) {
            guard object.labels["diolkos.dev/run"] == nil, !copy.isLeft(object) else { continue }
            guard let found = target.objects[name] else {
                differences.append("\(name) did not arrive")
                continue
            }
            let wanted = copy.formed(object)
            objects += 1
            fields += wanted.leafCount
            kinds[object.kind ?? "", default: 0] += 1
            let schema = object.groupVersionKind.flatMap { SchemaCatalog.builtIn.schema(for: $0) }
            differences +=
                SemanticDiff.differences(
                    from: wanted,
                    to: found.withoutMarks,
                    schema: schema
                ).map {
                    "\(name)\($0): \($0.source?.text() ?? "nothing") became "
                        + "\($0.target?.text() ?? "nothing")"
                }
        }
        let ours = Set(target.objects.keys).subtracting(source.objects.keys)
            .filter { target.objects[$0]?.labels["diolkos.dev/run"] == nil }
        differences += ours.sorted().map { "\($0) came from nowhere" }
        #expect(objects == estate.objects.count - estate.excluded.count, "\(estate.name)")
        let counts = kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        print(
            "    compared \(objects) objects, \(fields) fields: \(differences.count) differences "
                + "(\(counts.joined(separator: ", ")))"
        )
        return differences
    }
}

/// A whole plan between two sites whose kubelets are played, the balancer's part left out.
private struct SiteCrossing {
    let pair: SitePair
    let estate: CopiedEstate
    /// Whether a copy of the migration has brought everything to the target before.
    var isCopiedFirst = false

    func goComeBackAndStay() async throws {
        try await estate.load(into: pair)
        if isCopiedFirst { try await copy() }
        let sourceBefore = try await ClusterSnapshot(pair.source)
        let targetBefore = try await ClusterSnapshot(pair.target)
        var crossing = try await PlannedSteps(pair, estate, .crossing)
        try await crossing.perform(holdsGates: true)
        try await expectCrossed()
        pair.source.tap.reset()
        pair.target.tap.reset()
        try await crossing.undo(holdsGates: true)
        let targetLeft = targetBefore.differences(to: try await ClusterSnapshot(pair.target))
        #expect(targetLeft == [], "\(estate.name)")
        let sourceLeft = sourceBefore.differences(to: try await ClusterSnapshot(pair.source))
        #expect(sourceLeft == [], "\(estate.name)")
        if isCopiedFirst { try await expectNothingToCopy() }

        var again = try await PlannedSteps(pair, estate, .crossing)
        try await again.perform(holdsGates: true)
        try await again.perform(again.finishing)
        try await expectCrossed()
        if isCopiedFirst { try await expectNothingToCopy() }
        for object in try await pair.target.list("apps/v1", "Deployment", in: estate.namespace) {
            let owners = ManagedFields(of: object).owners(of: [.name("spec"), .name("replicas")])
            guard !estate.excluded.contains(object.name ?? "") else { continue }
            #expect(!owners.contains { $0.name.hasPrefix("diolkos") }, "\(object.namespacedName)")
        }
        let left = try await ClusterSnapshot(pair.source, namespace: estate.namespace).objects.keys
            .filter { $0.hasPrefix("Deployment ") }
        #expect(left.count == estate.excluded.count, "\(estate.name): \(left)")
        print(
            "    \(crossing.steps.count) steps made and undone: \(targetLeft.count) differences at "
                + "the target, \(sourceLeft.count) at the source; made again and finished in "
                + "\(again.finishing.count) steps"
        )
    }

    private func copyPlan() async throws -> CopyPlan {
        try await CopyMaking(
            CopyRule(
                name: estate.namespace,
                selection: CopySelection(namespaces: [estate.namespace]),
                loadBalancers: .internal
            ),
            from: ClusterSource(name: "source", client: pair.source.client),
            to: ClusterSource(name: "target", client: pair.target.client)
        ).make()
    }

    private func copy() async throws {
        let summary = await CopyRun(
            try await copyPlan(),
            target: pair.target.client,
            time: pair.time
        ).perform()
        #expect(summary.failures.map { "\($0.key): \($0.reason)" } == [], "\(estate.name)")
        // Controllers answer to what was made before anybody looks at it for long.
        try await pair.wait(until: "the copied Deployments are at rest") {
            try await pair.target.list("apps/v1", "Deployment", in: estate.namespace).allSatisfy {
                $0.at("status", "observedGeneration")?.int == $0.generation
            }
        }
        try await expectNothingToCopy()
        print("    copied first: \(summary.created) objects")
    }

    /// A copy has nothing to write, and nothing stands in its way.
    private func expectNothingToCopy() async throws {
        let plan = try await copyPlan()
        let planned = plan.items.filter(\.action.isWrite).map { "\($0.key) \($0.action)" }
        #expect(planned == [], "\(estate.name)")
        let blockers = plan.findings.filter { $0.severity == .blocker }.map(\.reason)
        #expect(blockers == [], "\(estate.name)")
    }

    /// Every workload that crosses runs at the target alone, as often as it did.
    private func expectCrossed() async throws {
        for object in estate.objects where object.kind == "Deployment" {
            let name = object.name ?? ""
            guard !estate.excluded.contains(name) else { continue }
            let reference = ObjectReference(naming: object)
            let target = try await pair.target.get(reference)
            let wanted = object.at("spec", "replicas")?.int ?? 1
            #expect(target.at("status", "readyReplicas")?.int == wanted, "\(name)")
            let source = try await pair.source.find(reference)
            #expect(source?.at("spec", "replicas")?.int ?? 0 == 0, "\(name)")
        }
    }
}

extension JSON {
    /// The object as its users see it who know of no run.
    fileprivate var withoutMarks: JSON {
        var object = self
        object.labels = labels.filter { !$0.key.hasPrefix("diolkos.dev/") }
        object.annotations = annotations.filter { !$0.key.hasPrefix("diolkos.dev/") }
        return object
    }

    fileprivate var leafCount: Int {
        switch self {
        case .object(let members): members.values.reduce(0) { $0 + $1.leafCount }
        case .array(let elements): elements.reduce(0) { $0 + $1.leafCount }
        default: 1
        }
    }
}
