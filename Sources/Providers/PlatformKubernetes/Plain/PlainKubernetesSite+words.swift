import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// How `kubectl` is called.
extension PlainKubernetesSite {
    /// `kubectl` with its context.
    package static func call(_ context: String, _ kubeconfig: String?) -> [String] {
        ["kubectl"] + (kubeconfig.map { ["--kubeconfig", $0] } ?? []) + ["--context", context]
    }

    /// A line of `kubectl` in a namespace, or for what has none.
    func call(in namespace: String?, _ words: [String]) -> String {
        ShellWord.command(kubectl + (namespace.map { ["-n", $0] } ?? []) + words)
    }

    /// `deployment.apps`: the kind with its group, for names may be taken twice.
    func kind(_ reference: ObjectReference) -> String {
        let group = reference.apiVersion.split(separator: "/").dropLast().joined()
        return reference.kind.lowercased() + (group.isEmpty ? "" : ".\(group)")
    }

    /// As `kubectl` takes one object: `deployment.apps/cart`.
    func place(_ workload: WorkloadID) -> String {
        "\(kind(workload.reference))/\(workload.name)"
    }

    /// In the name of runs, which a freeze lets through.
    var inOurName: String { "--field-manager=\(KubernetesClient.Configuration().fieldManager)" }

    /// A line that patches an object.
    func patched(_ reference: ObjectReference, _ type: String, _ patch: JSON) -> String {
        let words = [
            "patch", kind(reference), reference.name, inOurName, "--type=\(type)", "-p",
            patch.text(),
        ]
        return call(in: reference.namespace, words)
    }

    /// Whether an object is there, of this incarnation and with these labels where they are named.
    func found(
        _ reference: ObjectReference,
        uid: String? = nil,
        labels: String? = nil
    ) -> String {
        let output = uid.map { "jsonpath={.items[?(@.metadata.uid==\"\($0)\")].metadata.name}" }
        let words =
            [
                "get", kind(reference), "--field-selector", "metadata.name=\(reference.name)", "-o",
                output ?? "name",
            ] + (labels.map { ["-l", $0] } ?? [])
        return "found \(call(in: reference.namespace, words))"
    }

    /// These lines, where the object is there.
    func ifFound(
        _ reference: ObjectReference,
        uid: String? = nil,
        labels: String? = nil,
        _ lines: [String]
    ) -> [String] {
        ["if \(found(reference, uid: uid, labels: labels)); then"] + lines.map { "  " + $0 } + [
            "fi"
        ]
    }
}
