import JSONValues
import KubernetesObjects
import MigrationModel

/// Leads images to other registries.
struct ImageTransform: ObjectTransform {
    private let prefixes: [ImagePrefix]

    init(_ prefixes: [ImagePrefix]) { self.prefixes = prefixes }

    var parts: [String] { prefixes.map(ImageTransform.part) }

    func apply(to object: inout JSON, log: inout TransformLog) {
        var used: Set<String> = []
        func change(_ value: inout JSON, _ path: String...) {
            guard let image = value.at(path)?.string, let (part, name) = moved(image) else {
                return
            }
            value.set(.string(name), at: path)
            used.insert(part)
        }
        PodTemplates.change(in: &object) { pod in
            for list in ["containers", "initContainers", "ephemeralContainers"] {
                pod.changeElements(at: list) { change(&$0, "image") }
            }
            pod.changeElements(at: "volumes") { change(&$0, "image", "reference") }
        }
        for part in used { log.match(part) }
    }

    /// The image's name at the target, and by which prefix; nil when none fits.
    ///
    /// Names without a registry are Docker Hub's, whose prefixes therefore fit them too.
    private func moved(_ image: String) -> (part: String, name: String)? {
        for prefix in prefixes {
            for name in [image, ImageTransform.full(image)] {
                guard let rest = ImageTransform.rest(of: name, behind: prefix.source) else {
                    continue
                }
                return (ImageTransform.part(prefix), prefix.target + rest)
            }
        }
        return nil
    }

    /// What follows the prefix, if that ends where a part of the name does.
    private static func rest(of name: String, behind prefix: String) -> Substring? {
        guard name.hasPrefix(prefix) else { return nil }
        let rest = name.dropFirst(prefix.count)
        guard let first = rest.first, let last = prefix.last else { return rest }
        return "/:@".contains(first) || "/:@".contains(last) ? rest : nil
    }

    /// With the registry, as container runtimes complete it.
    private static func full(_ image: String) -> String {
        let parts = image.split(separator: "/", maxSplits: 1)
        guard let first = parts.first else { return image }
        if parts.count == 1 { return "docker.io/library/\(image)" }
        let isRegistry = first.contains(".") || first.contains(":") || first == "localhost"
        return isRegistry ? image : "docker.io/\(image)"
    }

    private static func part(_ prefix: ImagePrefix) -> String { "images \(prefix.source)" }
}
