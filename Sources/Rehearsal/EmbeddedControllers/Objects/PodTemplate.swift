import JSONValues
import KubernetesObjects

/// The template of a workload's pods.
struct PodTemplate: Sendable {
    private let template: JSON

    init(of workload: JSON) {
        template = workload.at("spec", "template") ?? .emptyObject
    }

    /// A pod of `owner`, without a name of its own yet.
    func pod(of owner: JSON) -> JSON {
        var pod: JSON = ["apiVersion": "v1", "kind": "Pod"]
        pod.namespace = owner.namespace
        pod.generateName = "\(owner.name ?? "")-"
        pod.labels = template.labels
        pod.annotations = template.annotations
        pod.finalizers = template.finalizers
        pod.ownerReferences = [Ownership.reference(to: owner)]
        pod.spec = template.spec ?? .emptyObject
        return pod
    }
}

/// The short digest by which a real cluster tells the versions of a template apart.
///
/// FNV-1a would be as good; it is FNV-1 in 32 bits over the whole template, as in the original, but
/// over its canonical JSON, so the digests differ from those of a real cluster.
enum TemplateHash {
    static func text(of template: JSON, collisionCount: Int?) -> String {
        var hash: UInt32 = 2_166_136_261
        func mix(_ byte: UInt8) {
            hash = hash &* 16_777_619
            hash ^= UInt32(byte)
        }
        for byte in template.encoded() { mix(byte) }
        if let collisionCount {
            for shift in stride(from: 0, to: 64, by: 8) {
                mix(UInt8(truncatingIfNeeded: collisionCount >> shift))
            }
        }
        return safeText(String(hash))
    }

    /// Writes each character as one of an alphabet without vowels, so that no word appears.
    private static func safeText(_ text: String) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String(text.utf8.map { alphabet[Int($0) % alphabet.count] })
    }
}
