import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import Testing
import YAMLDocuments

@testable import KubernetesCopy

/// What becomes of single objects on their way; see `NamespaceTransformTests` for names.
@Suite struct TransformTests {
    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, labels: {app: web, site: old}}
        spec:
          template:
            metadata: {labels: {app: web, site: old}}
            spec:
              initContainers: [{name: init, image: busybox}]
              containers:
                - {name: web, image: "acme/web:1"}
                - {name: side, image: "docker.io/acmex/side@sha256:aa"}
              volumes:
                - name: scratch
                  ephemeral: {volumeClaimTemplate: {spec: {storageClassName: gp2}}}
        """

    private func result(
        _ transform: any ObjectTransform,
        _ yaml: String
    ) throws -> (object: JSON, log: TransformLog) {
        var object = try #require(try YAMLDocuments.parse(yaml, file: "test").first).json
        var log = TransformLog()
        log.key = CopyKey(object)
        try transform.apply(to: &object, log: &log)
        return (object, log)
    }

    @Test func `images are led to other registries, by whole parts of their names`() throws {
        let transform = ImageTransform([
            ImagePrefix(source: "docker.io/library", target: "mirror.example/hub"),
            ImagePrefix(source: "docker.io/acme", target: "registry.example/team"),
            ImagePrefix(source: "quay.io", target: "mirror.example/quay"),
        ])
        let (object, log) = try result(transform, Self.deployment)
        let pod = object.at("spec", "template", "spec")
        #expect(pod?["initContainers"]?[0]?["image"] == "mirror.example/hub/busybox")
        #expect(pod?["containers"]?[0]?["image"] == "registry.example/team/web:1")
        #expect(pod?["containers"]?[1]?["image"] == "docker.io/acmex/side@sha256:aa")
        #expect(log.matched == ["images docker.io/library", "images docker.io/acme"])
        #expect(transform.parts.count == 3)
    }

    @Test func `storage classes are exchanged wherever a claim is described`() throws {
        let transform = StorageClassTransform(["gp2": "fast"])
        let (deployment, log) = try result(transform, Self.deployment)
        let volume = deployment.at("spec", "template", "spec", "volumes")?[0]
        #expect(
            volume?.at("ephemeral", "volumeClaimTemplate", "spec", "storageClassName") == "fast"
        )
        #expect(log.matched == Set(transform.parts))
        let claim = """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata:
              name: data
              annotations: {volume.beta.kubernetes.io/storage-class: gp2}
            spec: {storageClassName: gp2}
            """
        let (claimed, _) = try result(transform, claim)
        #expect(claimed.at("spec", "storageClassName") == "fast")
        #expect(claimed.annotations["volume.beta.kubernetes.io/storage-class"] == "fast")
        let quota = """
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: quota}
            spec: {hard: {gp2.storageclass.storage.k8s.io/requests.storage: 5Gi, pods: "3"}}
            """
        let (limited, _) = try result(transform, quota)
        #expect(
            limited.at("spec", "hard") == [
                "fast.storageclass.storage.k8s.io/requests.storage": "5Gi", "pods": "3",
            ]
        )
    }

    @Test func `ingress classes are exchanged in the field and in the annotation`() throws {
        let ingress = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web, annotations: {kubernetes.io/ingress.class: nginx}}
            spec: {ingressClassName: nginx}
            """
        let transform = IngressClassTransform(["nginx": "haproxy"])
        let (object, log) = try result(transform, ingress)
        #expect(object.at("spec", "ingressClassName") == "haproxy")
        #expect(object.annotations == ["kubernetes.io/ingress.class": "haproxy"])
        #expect(log.matched == Set(transform.parts))
        #expect(try result(transform, Self.deployment).log.matched.isEmpty)
    }

    @Test func `labels change on the object, and not on its pods`() throws {
        let change = LabelChange(added: ["moved": "yes"], removed: ["absent", "site"])
        let transform = LabelTransform(change)
        let (object, log) = try result(transform, Self.deployment)
        #expect(object.labels == ["app": "web", "moved": "yes"])
        let pods = object.at("spec", "template", "metadata", "labels")
        #expect(pods == ["app": "web", "site": "old"])
        #expect(log.matched == ["labels.add.moved", "labels.remove site"])
    }

    @Test func `a patch is made on what it is for, or says why it cannot`() throws {
        let deployments = ResourceKind(
            group: "apps",
            version: "v1",
            kind: "Deployment",
            plural: "deployments",
            isNamespaced: true,
            shortNames: ["deploy"]
        )
        let discovery = Discovery(kinds: [deployments], preferredVersions: ["apps": "v1"])
        func transform(_ path: String, name: String? = nil) throws -> PatchTransform {
            try PatchTransform(
                CopyPatch(
                    kind: "deploy",
                    namespace: "shop",
                    name: name,
                    labels: "app=web",
                    operations: [["op": "replace", "path": .string(path), "value": "high"]]
                ),
                index: 0,
                discovery: discovery
            )
        }
        let (object, log) = try result(try transform("/spec/paused"), Self.deployment)
        #expect(object.at("spec", "paused") == "high")
        #expect(log.matched == ["patches[0] (deploy shop app=web)"])
        let (_, none) = try result(try transform("/spec/paused", name: "api"), Self.deployment)
        #expect(none.matched.isEmpty)
        #expect(throws: CopyProblem.self) {
            try result(try transform("/spec/absent/below"), Self.deployment)
        }
        #expect(
            throws: CopyProblem("patches[0] (pods): the source serves no kind pods")
        ) {
            try PatchTransform(
                CopyPatch(kind: "pods", operations: []),
                index: 0,
                discovery: discovery
            )
        }
    }
}
