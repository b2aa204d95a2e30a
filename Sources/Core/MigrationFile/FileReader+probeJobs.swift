import JSONValues
import MigrationModel
import YAMLDocuments

/// Probes by Jobs at the target.
extension FileReader {
    /// A connection over TCP, or a question to a gRPC server.
    mutating func connection(
        _ node: YAMLNode,
        _ probe: YAMLNode,
        at path: String
    ) -> ProbeJob.Work? {
        guard let port = node["port"]?.int else { return nil }
        if node["host"] == nil, probe["route"] != nil {
            note(node, path, "a route does not tell whom to dial", "write host, or workload")
        }
        guard case .job(let image) = bridges() else {
            note(
                node,
                path,
                "a Job tries it, and spec.bridges.stated says that none of Diolkos may run",
                "write spec.bridges.image, or a probe by job or command"
            )
            return nil
        }
        let host = node["host"]?.string ?? ""
        guard path.hasSuffix(".grpc") else {
            return .connect(host: host, port: port, image: image)
        }
        let service = node["service"]?.string ?? ""
        if service.utf8.count > 120, let stated = node["service"] {
            note(stated, "\(path).service", "it is too long", "write at most 120 letters")
        }
        return .grpcHealth(host: host, port: port, service: service, image: image)
    }

    /// A person's own Job, or an image and what it runs.
    mutating func program(
        _ node: YAMLNode,
        _ probe: YAMLNode,
        at path: String
    ) -> ProbeJob.Work? {
        let seconds = (duration(probe["timeout"]) ?? .seconds(300)).wholeMilliseconds / 1_000
        switch (node["image"]?.string, node["manifest"]) {
        case (let image?, nil):
            let words = (node["command"]?.elements ?? []).compactMap(\.string)
            let job = plainJob(image, words, account: node["serviceAccount"]?.string)
            return .program(job: JSONText(completed(job, seconds)))
        case (nil, let manifest?):
            for key in ["command", "serviceAccount"] {
                guard let stated = node[key] else { continue }
                note(stated, "\(path).\(key)", "the manifest says it", "leave it out")
            }
            return checked(manifest, at: "\(path).manifest").map {
                .program(job: JSONText(completed($0, seconds)))
            }
        default:
            note(node, path, "it is not clear what runs", "write image or manifest")
            return nil
        }
    }

    private func plainJob(_ image: String, _ words: [String], account: String?) -> JSON {
        var container: JSON = [
            "name": "probe", "image": .string(image),
            "securityContext": [
                "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]],
            ],
        ]
        if !words.isEmpty { container["command"] = .array(words.map(JSON.string)) }
        var pod: JSON = [
            "automountServiceAccountToken": .bool(account != nil),
            "securityContext": ["seccompProfile": ["type": "RuntimeDefault"]],
            "containers": [container],
        ]
        if let account { pod["serviceAccountName"] = .string(account) }
        return [
            "apiVersion": "batch/v1", "kind": "Job",
            "spec": [
                "backoffLimit": 2,
                "template": [
                    // A sidecar would never end, and the Job with it.
                    "metadata": [
                        "labels": ["sidecar.istio.io/inject": "false"],
                        "annotations": ["linkerd.io/inject": "disabled"],
                    ],
                    "spec": pod,
                ],
            ],
        ]
    }

    private mutating func checked(_ manifest: YAMLNode, at path: String) -> JSON? {
        var job = manifest.json
        guard job["apiVersion"] == "batch/v1", job["kind"] == "Job" else {
            note(manifest, path, "it is no Job", "write one of apiVersion batch/v1, kind Job")
            return nil
        }
        let containers = job["spec"]?["template"]?["spec"]?["containers"]?.array ?? []
        guard !containers.isEmpty, containers.allSatisfy({ $0.object != nil }) else {
            note(
                manifest,
                path,
                "nothing would run",
                "write spec.template.spec.containers, as kubectl takes them"
            )
            return nil
        }
        if let stated = manifest["metadata"]?["namespace"] {
            note(
                stated,
                "\(path).metadata.namespace",
                "it runs in the namespace of what it tries",
                "leave it out"
            )
        }
        var metadata = job["metadata"]?.object ?? [:]
        for key in ["name", "namespace", "generateName"] { metadata[key] = nil }
        job["metadata"] = .object(metadata)
        return job
    }

    /// With an end, however it goes, and with its last lines where a failure can be read from its pod.
    private func completed(_ job: JSON, _ seconds: Int) -> JSON {
        var job = job
        var spec = job["spec"] ?? .emptyObject
        var template = spec["template"] ?? .emptyObject
        var pod = template["spec"] ?? .emptyObject
        pod["restartPolicy"] = pod["restartPolicy"] ?? "Never"
        pod["containers"] = .array(
            (pod["containers"]?.array ?? []).map { container in
                var container = container
                container["terminationMessagePolicy"] =
                    container["terminationMessagePolicy"] ?? "FallbackToLogsOnError"
                return container
            }
        )
        template["spec"] = pod
        spec["template"] = template
        spec["activeDeadlineSeconds"] = spec["activeDeadlineSeconds"] ?? .int(max(1, seconds))
        // Beside the step that removes it, for a run that nobody goes on with.
        spec["ttlSecondsAfterFinished"] = spec["ttlSecondsAfterFinished"] ?? 86_400
        job["spec"] = spec
        return job
    }
}
