import Clocks
import ControlPlaneSupport
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Does for one Job what a node does: runs its command on this machine, and writes down what it said.
struct KubeletOfOne {
    let client: KubernetesClient
    /// Where no controller makes the Job's pod, this does.
    var makesPod = true

    /// Answers the Job; `shell` takes the place of the command's `sh`.
    @discardableResult
    func run(shell: String) async throws -> JSON {
        let job = try await firstJob()
        let container = try #require(job.at("spec", "template", "spec", "containers")?[0])
        let command = ((container["command"]?.array ?? []) + (container["args"]?.array ?? []))
            .compactMap(\.string)
        let message = try output(of: [shell] + command.dropFirst())
        if makesPod { try await makePod(of: job) }
        let pods = try await client.resource(group: "", kind: "Pod")
        let pod = try await first(pods, in: job.namespace)
        let status: JSON = [
            "phase": "Succeeded",
            "containerStatuses": [
                [
                    "name": "try", "image": "x", "imageID": "x", "ready": false,
                    "restartCount": 0,
                    "state": ["terminated": ["exitCode": 0, "message": .string(message)]],
                ]
            ],
        ]
        _ = try await client.patch(
            pods,
            namespace: pod.namespace,
            name: pod.name ?? "",
            .merge(.object(["status": status])),
            subresource: "status"
        )
        return job
    }

    private func makePod(of job: JSON) async throws {
        // No pod is without an account.
        _ = try await client.create(
            try await client.resource(group: "", kind: "ServiceAccount"),
            [
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": ["name": "default", "namespace": .string(job.namespace ?? "")],
            ]
        )
        var pod: JSON = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": job.at("spec", "template", "metadata") ?? .emptyObject,
            "spec": job.at("spec", "template", "spec") ?? .emptyObject,
        ]
        pod.set(.string(job.namespace ?? ""), at: "metadata", "namespace")
        pod.set(.string("\(job.name ?? "")-x"), at: "metadata", "name")
        pod.labels["job-name"] = job.name
        pod.set(
            [
                [
                    "apiVersion": "batch/v1", "kind": "Job", "controller": true,
                    "name": .string(job.name ?? ""), "uid": .string(job.uid ?? ""),
                ]
            ],
            at: "metadata",
            "ownerReferences"
        )
        _ = try await client.create(try await client.resource(group: "", kind: "Pod"), pod)
    }

    private func firstJob() async throws -> JSON {
        try await first(try await client.resource(group: "batch", kind: "Job"), in: nil)
    }

    /// The first object of a kind, as soon as there is one.
    private func first(_ kind: ResourceKind, in namespace: String?) async throws -> JSON {
        var found: JSON?
        try await SystemTime().wait(until: "a \(kind.kind) is there") {
            found = try await client.list(kind, namespace: namespace).items.first
            return found != nil
        }
        return try #require(found)
    }

    private func output(of command: [String]) throws -> String {
        let report = FileManager.default.temporaryDirectory
            .appendingPathComponent("reach-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: report) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        var environment = ProcessInfo.processInfo.environment
        environment["TRIAL_REPORT"] = report.path
        process.environment = environment
        try process.run()
        process.waitUntilExit()
        return try String(contentsOf: report, encoding: .utf8)
    }
}

/// A socket of this machine that connections may be made to.
struct LocalListener {
    private let descriptor: Int32
    let port: Int

    init() throws {
        #if canImport(Glibc)
        let stream = Int32(SOCK_STREAM.rawValue)
        #else
        let stream = SOCK_STREAM
        #endif
        descriptor = socket(AF_INET, stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = descriptor
        let outcome = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) + listen(socket, 16) + getsockname(socket, $0, &size)
            }
        }
        try #require(outcome == 0)
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func close() {
        #if canImport(Glibc)
        _ = Glibc.close(descriptor)
        #else
        _ = Darwin.close(descriptor)
        #endif
    }
}
