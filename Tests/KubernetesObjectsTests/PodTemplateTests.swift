import JSONValues
import KubernetesObjects
import Testing

@Suite struct PodTemplateTests {
    private static func object(_ apiVersion: String, _ kind: String, _ more: JSON) -> JSON {
        var object: JSON = ["apiVersion": .string(apiVersion), "kind": .string(kind)]
        for (key, value) in more.object ?? [:] { object[key] = value }
        return object
    }

    private static let pod: JSON = [
        "metadata": ["labels": ["app": "web"]], "spec": ["nodeName": "here"],
    ]

    @Test(arguments: [
        object("v1", "Pod", pod),
        object("v1", "PodTemplate", ["template": pod]),
        object("v1", "ReplicationController", ["spec": ["template": pod]]),
        object("apps/v1", "DaemonSet", ["spec": ["template": pod]]),
        object("batch/v1", "CronJob", ["spec": ["jobTemplate": ["spec": ["template": pod]]]]),
    ])
    func `the pods of every kind that has some are found, and changed in their place`(
        _ object: JSON
    ) {
        #expect(object.podTemplate?.labels == ["app": "web"])
        #expect(object.podSpec == ["nodeName": "here"])
        var changed = object
        PodTemplates.change(in: &changed) { $0["nodeName"] = "there" }
        #expect(changed.podSpec == ["nodeName": "there"])
        #expect(changed.podTemplate?.labels == ["app": "web"])
    }

    @Test func `what only looks like pods is left alone`() {
        let others = [
            Self.object("example.com/v1", "Pod", Self.pod),
            Self.object("v1", "ConfigMap", ["spec": ["template": Self.pod]]),
            Self.object("apps/v1", "Deployment", ["spec": ["replicas": 1]]),
        ]
        for other in others {
            var object = other
            PodTemplates.change(in: &object) { $0["nodeName"] = "there" }
            #expect(object == other)
            #expect(object.podSpec == nil)
        }
    }

    @Test func `what a pod needs of its namespace is all that it cannot do without`() {
        let spec: JSON = [
            "serviceAccountName": "robot",
            "imagePullSecrets": [["name": "pull"]],
            "volumes": [
                ["configMap": ["name": "files"]],
                ["configMap": ["name": "perhaps", "optional": true]],
                ["secret": ["secretName": "keys"]],
                ["persistentVolumeClaim": ["claimName": "data"]],
                ["projected": ["sources": [["secret": ["name": "part"]]]]],
            ],
            "initContainers": [["envFrom": [["configMapRef": ["name": "first"]]]]],
            "containers": [
                [
                    "env": [
                        ["valueFrom": ["secretKeyRef": ["name": "login", "key": "a"]]],
                        [
                            "valueFrom": [
                                "secretKeyRef": ["name": "may-lack", "key": "a", "optional": true]
                            ]
                        ],
                    ]
                ]
            ],
        ]
        let needs = PodReference.needs(of: spec).map { "\($0.kind) \($0.name)" }.sorted()
        #expect(
            needs == [
                "ConfigMap files", "ConfigMap first", "PersistentVolumeClaim data",
                "Secret keys", "Secret login", "Secret part", "Secret pull", "ServiceAccount robot",
            ]
        )
    }

    @Test func `a kind is one word whatever its version`() {
        #expect(Self.object("v1", "Pod", [:]).groupKind == "Pod")
        #expect(Self.object("apps/v1", "Deployment", [:]).groupKind == "Deployment.apps")
        #expect(JSON.emptyObject.groupKind == "")
        let definition = Self.object(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            ["spec": ["group": "example.com", "names": ["kind": "Widget"]]]
        )
        #expect(definition.definedGroupKind == "Widget.example.com")
        #expect(Self.object("v1", "Pod", ["spec": ["group": "a"]]).definedGroupKind == nil)
    }
}
