import ControlPlaneSupport
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import YAMLDocuments

/// An estate that is copied, and which of its workloads stay.
struct CopiedEstate: Sendable {
    let name: String
    let namespace: String
    let objects: [JSON]
    let excluded: [String]

    /// Where the estates of others are: beside the package, or where `DIOLKOS_ESTATES` says.
    ///
    /// Nil, and a line that says so, where they are not.
    static let folder: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder =
            ProcessInfo.processInfo.environment["DIOLKOS_ESTATES"].map(URL.init(fileURLWithPath:))
            ?? package.deletingLastPathComponent().appendingPathComponent("shared/estates")
        let file = folder.appendingPathComponent("sock-shop.yaml")
        if FileManager.default.fileExists(atPath: file.path) { return folder }
        print("skipped: there are no estates of others at \(folder.path)")
        return nil
    }()

    static func all(in folder: URL) throws -> [CopiedEstate] {
        [
            try file("sock-shop.yaml", in: folder, namespace: "sock-shop"),
            try file(
                "online-boutique.yaml",
                in: folder,
                namespace: "boutique",
                excluded: ["loadgenerator"]
            ),
            everyKind,
        ]
    }

    /// Brings the estate up at the source, pods included, as far as a site without kubelets can.
    func load(into pair: SitePair) async throws {
        for object in objects {
            let kind = try await pair.source.kind(ObjectReference(naming: object))
            _ = try await pair.source.client.apply(kind, object)
        }
        try await PlayedKubelet(pair.source).bringUp(namespace, of: pair)
        let version = { (site: SitePair.Site) async throws in
            try JSON.parse(try await site.client.request("GET", path: "/version").body)
        }
        let versions = [try await version(pair.source), try await version(pair.target)]
            .map { $0["gitVersion"]?.string ?? "" }
        print("\(name): \(objects.count) objects, \(versions[0]) to \(versions[1])")
    }

    private static func file(
        _ name: String,
        in folder: URL,
        namespace: String,
        excluded: [String] = []
    ) throws -> CopiedEstate {
        let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        var objects = try YAMLDocuments.parse(text, file: name).map(\.json)
            .filter { $0.kind != nil }
        for index in objects.indices where objects[index].kind != "Namespace" {
            objects[index].namespace = namespace
        }
        if !objects.contains(where: { $0.kind == "Namespace" }) {
            objects.insert(
                [
                    "apiVersion": "v1", "kind": "Namespace",
                    "metadata": ["name": .string(namespace)],
                ],
                at: 0
            )
        }
        return CopiedEstate(
            name: name,
            namespace: namespace,
            objects: objects,
            excluded: excluded
        )
    }

    /// One of each kind that is copied, with what makes copying it hard.
    static let everyKind: CopiedEstate = {
        let text = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: every, labels: {team: a}, annotations: {note: "ends with a slash /"}}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: robot, namespace: every}
            imagePullSecrets: [{name: registry}]
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: registry, namespace: every}
            type: kubernetes.io/dockerconfigjson
            data: {.dockerconfigjson: e30=}
            ---
            apiVersion: v1
            kind: Secret
            metadata:
              name: robot-forever
              namespace: every
              annotations: {kubernetes.io/service-account.name: robot}
            type: kubernetes.io/service-account-token
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: every}
            immutable: true
            data: {a_key.with-all: "a/value: {{not yaml}}", empty: ""}
            binaryData: {blob: AAECAw==}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: reader, namespace: every}
            rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: reader, namespace: every}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
            subjects: [{kind: ServiceAccount, name: robot, namespace: every}]
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: every, labels: {app: web}}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              strategy: {rollingUpdate: {maxSurge: 50%, maxUnavailable: 0}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  serviceAccountName: robot
                  containers:
                  - name: web
                    image: nothing:1
                    resources: {requests: {cpu: 0.5, memory: 1024Mi}, limits: {memory: 1Gi}}
                    ports: [{name: http, containerPort: 8080}]
                    env: [{name: COLOUR, valueFrom: {configMapKeyRef: {name: settings, key: empty}}}]
                    livenessProbe: {httpGet: {path: /, port: http}, periodSeconds: 7}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: every}
            spec:
              type: LoadBalancer
              externalTrafficPolicy: Local
              sessionAffinity: ClientIP
              selector: {app: web}
              ports: [{name: http, port: 80, targetPort: http, nodePort: 31234}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: outside, namespace: every}
            spec: {type: ExternalName, externalName: db.example.com}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web, namespace: every}
            spec:
              rules:
              - host: every.example
                http:
                  paths:
                  - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: web, namespace: every}
            spec: {minAvailable: 50%, selector: {matchLabels: {app: web}}}
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: web, namespace: every}
            spec:
              minReplicas: 2
              maxReplicas: 5
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              metrics:
              - type: Resource
                resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
            """
        do {
            let objects = try YAMLDocuments.parse(text, file: "every").map(\.json)
            return CopiedEstate(
                name: "one of each kind",
                namespace: "every",
                objects: objects,
                excluded: []
            )
        } catch {
            preconditionFailure("the estate of this test cannot be read: \(error)")
        }
    }()
}
