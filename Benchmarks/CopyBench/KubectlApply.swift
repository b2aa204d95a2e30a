import Clocks
import Foundation
import JSONValues

/// `kubectl apply --server-side` of such objects, as a person would copy them.
struct KubectlApply {
    private let program: String

    /// `assets` is the folder of the control plane's programs, in which envtest has kubectl too.
    init(_ assets: String) { program = "\(assets)/kubectl" }

    /// How long it takes for `count` objects; nil when there is no kubectl.
    func seconds(for count: Int, at server: BenchServer) async throws -> Double? {
        guard let kubeconfig = server.kubeconfig,
            FileManager.default.isExecutableFile(atPath: program)
        else { return nil }
        let objects = BenchObjects.make(count, namespace: "kubectl")
        let list: JSON = ["apiVersion": "v1", "kind": "List", "items": .array(objects)]
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("bench-\(server.token).json")
        try Data(list.encoded()).write(to: file)
        defer {
            do { try FileManager.default.removeItem(at: file) } catch {
                print("  \(file.path) is left behind: \(error)")
            }
        }
        let time = SystemTime()
        let start = time.uptime
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "--kubeconfig", kubeconfig, "apply", "--server-side", "-f", file.path,
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchProblem("kubectl apply ended with \(process.terminationStatus)")
        }
        return (time.uptime - start).inSeconds
    }
}
