import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

/// Estates that nobody here wrote, copied between two real control planes of different versions.
@Suite(.serialized) struct TwoControlPlanesTests {
    private static let source = ControlPlane.assets("KUBEBUILDER_ASSETS_SOURCE")
    private static let target = ControlPlane.assets("KUBEBUILDER_ASSETS")
    private static let estates = CopiedEstate.folder

    private static var isPossible: Bool { source != nil && target != nil && estates != nil }

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
}

/// The copy of one estate, looked at from all sides.
private struct SiteCopy {
    let pair: SitePair
    let estate: CopiedEstate

    func goAndComeBack() async throws {
        try await load()
        let sourceBefore = try await ClusterSnapshot(pair.source)
        let targetBefore = try await ClusterSnapshot(pair.target)
        let copy = try await PlannedCopy(pair, estate)
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

    /// Brings the estate up at the source, pods included, as far as a site without kubelets can.
    private func load() async throws {
        for object in estate.objects {
            let kind = try await pair.source.kind(ObjectReference(naming: object))
            _ = try await pair.source.client.apply(kind, object)
        }
        try await pair.source.runPods(in: estate.namespace, on: pair)
        let version = { (site: SitePair.Site) async throws in
            try JSON.parse(try await site.client.request("GET", path: "/version").body)
        }
        let versions = [try await version(pair.source), try await version(pair.target)]
            .map { $0["gitVersion"]?.string ?? "" }
        print("\(estate.name): \(estate.objects.count) objects, \(versions[0]) to \(versions[1])")
    }

    /// Every object of the source's users against its copy, field by field.
    private func compare(_ copy: PlannedCopy) async throws -> [String] {
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
