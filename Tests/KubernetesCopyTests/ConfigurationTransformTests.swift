import JSONValues
import KubernetesObjects
import MigrationModel
import Testing

@testable import KubernetesCopy

/// What is told of one object alone is what a copy, which knows everything, makes of it.
@Suite struct ConfigurationTransformTests {
    private static func rule(
        _ namespaces: [String],
        _ names: [String: String],
        _ patches: [CopyPatch] = []
    ) -> CopyRule {
        CopyRule(
            name: "test",
            selection: CopySelection(namespaces: namespaces),
            transforms: CopyTransforms(namespaces: names, patches: patches)
        )
    }

    /// With a Service of each namespace that a copy may read.
    private static let objects: [JSON] = ["shop", "pay"].map { namespace in
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": "door", "namespace": .string(namespace)],
        ]
    }

    @Test(
        arguments: [
            "http://door.infra.svc:80", "door.infra", "door.infra:80", "infra", "door.shop.svc",
            "system:serviceaccount:infra:web", "--namespace=infra", "/ns/infra/sa/web",
        ]
    )
    func `texts that name a namespace that is not copied follow as in a copy`(
        text: String
    ) throws {
        let patch = CopyPatch(
            kind: "configmaps",
            operations: [["op": "copy", "from": "/data/address", "path": "/data/more"]]
        )
        let rule = Self.rule(["shop", "pay"], ["infra": "base"], [patch])
        let map: JSON = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "settings", "namespace": "shop"],
            "data": ["address": .string(text)],
        ]
        var known: [CopyKey: JSON] = [:]
        for object in Self.objects + [map] { known[try #require(CopyKey(object))] = object }
        var copied = map
        var log = TransformLog()
        try CopyTransformer(
            rule.transforms,
            source: SiteObjects(discovery: ConfigurationTransform.discovery, objects: known)
        ).apply(to: &copied, of: try #require(CopyKey(map)), log: &log)
        let alone = try #require(try ConfigurationTransform(rule)).applied(to: map)
        #expect(alone["data"] == copied["data"])
        #expect(alone.at("data", "more") == alone.at("data", "address"))
    }

    @Test func `where what is copied gets another name, one object alone tells nothing`() throws {
        #expect(try ConfigurationTransform(Self.rule(["shop"], ["shop": "store"])) == nil)
        #expect(try ConfigurationTransform(Self.rule([], ["infra": "base"])) == nil)
        #expect(try ConfigurationTransform(Self.rule([], [:])) != nil)
    }
}
