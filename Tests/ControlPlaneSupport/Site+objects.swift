import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

extension ObjectReference {
    package static func node(_ name: String) -> ObjectReference {
        ObjectReference(apiVersion: "v1", kind: "Node", namespace: nil, name: name)
    }

    /// The reference of an object that a test wrote.
    package init(naming object: JSON) {
        self.init(
            apiVersion: object.apiVersion ?? "",
            kind: object.kind ?? "",
            namespace: object.namespace,
            name: object.name ?? ""
        )
    }

    package init(_ apiVersion: String, _ kind: String, _ namespace: String, _ name: String) {
        self.init(apiVersion: apiVersion, kind: kind, namespace: namespace, name: name)
    }
}

/// A reference whose `apiVersion` is none.
private struct NoKind: Error {
    let reference: ObjectReference
}

/// What tests do to a site by themselves, as its people would.
extension SitePair.Site {
    package func kind(_ reference: ObjectReference) async throws -> ResourceKind {
        let kind = GroupVersionKind(apiVersion: reference.apiVersion, kind: reference.kind)
        guard let kind else { throw NoKind(reference: reference) }
        return try await client.resource(for: kind)
    }

    @discardableResult
    package func create(_ object: JSON) async throws -> JSON {
        let kind = try await kind(ObjectReference(naming: object))
        return try await client.create(kind, object)
    }

    package func find(_ reference: ObjectReference) async throws -> JSON? {
        try await client.find(
            try await kind(reference),
            namespace: reference.namespace,
            name: reference.name
        )
    }

    package func get(_ reference: ObjectReference) async throws -> JSON {
        try await client.get(
            try await kind(reference),
            namespace: reference.namespace,
            name: reference.name
        )
    }

    package func list(
        _ apiVersion: String,
        _ kind: String,
        in namespace: String
    ) async throws -> [JSON] {
        let reference = ObjectReference(apiVersion, kind, namespace, "")
        return try await client.list(try await self.kind(reference), namespace: namespace).items
    }

    /// In the name of `manager`, or in that of runs.
    @discardableResult
    package func merge(
        _ patch: JSON,
        into reference: ObjectReference,
        by manager: String? = nil,
        at subresource: String? = nil
    ) async throws -> JSON {
        try await client.patch(
            try await kind(reference),
            namespace: reference.namespace,
            name: reference.name,
            .merge(patch),
            subresource: subresource,
            options: WriteOptions(fieldManager: manager)
        )
    }

    package func delete(_ reference: ObjectReference) async throws {
        _ = try await client.delete(
            try await kind(reference),
            namespace: reference.namespace,
            name: reference.name
        )
    }

    /// Deletes a pod for which no kubelet has anything to end.
    package func end(_ pod: ObjectReference) async throws {
        _ = try await client.delete(
            try await kind(pod),
            namespace: pod.namespace,
            name: pod.name,
            options: DeleteOptions(gracePeriodSeconds: 0)
        )
    }

    package func setStatus(of reference: ObjectReference, _ status: JSON) async throws {
        _ = try await client.patch(
            try await kind(reference),
            namespace: reference.namespace,
            name: reference.name,
            .merge(["status": status]),
            subresource: "status"
        )
    }

    /// Creates a pod that its node says is ready, though nothing runs.
    package func addReadyPod(
        _ name: String,
        in namespace: String,
        labels: [String: String],
        address: String,
        port: Int = 8080,
        isReady: Bool = true
    ) async throws {
        try await create([
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string(name), "namespace": .string(namespace),
                "labels": JSON(stringMap: labels),
            ],
            "spec": [
                "nodeName": "node-1",
                "containers": [
                    [
                        "name": "web", "image": "nothing",
                        "ports": [["name": "http", "containerPort": .int(port)]],
                    ]
                ],
            ],
        ])
        try await setReady(name, in: namespace, address: address, isReady: isReady)
    }

    /// What a kubelet writes of a pod that runs and is ready, or not.
    package func setReady(
        _ pod: String,
        in namespace: String,
        address: String,
        isReady: Bool = true
    ) async throws {
        try await setStatus(
            of: ObjectReference("v1", "Pod", namespace, pod),
            [
                "phase": "Running", "podIP": .string(address),
                "podIPs": [["ip": .string(address)]],
                "conditions": [["type": "Ready", "status": isReady ? "True" : "False"]],
            ]
        )
    }

    /// Lets the first container of a pod have ended, with this termination message.
    package func setEnded(
        _ pod: String,
        in namespace: String,
        exitCode: Int = 0,
        saying message: String
    ) async throws {
        let reference = ObjectReference("v1", "Pod", namespace, pod)
        let container = try await get(reference).at("spec", "containers")?.array?.first
        try await setStatus(
            of: reference,
            [
                "phase": exitCode == 0 ? "Succeeded" : "Failed",
                "containerStatuses": [
                    [
                        "name": container?["name"] ?? "", "image": container?["image"] ?? "",
                        "imageID": "", "ready": false, "restartCount": 0,
                        "state": [
                            "terminated": [
                                "exitCode": .int(exitCode), "message": .string(message),
                            ]
                        ],
                    ]
                ],
            ]
        )
    }
}
