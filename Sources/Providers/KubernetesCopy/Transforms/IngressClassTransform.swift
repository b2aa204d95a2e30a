import JSONValues
import KubernetesObjects

/// Gives Ingresses the target's classes.
struct IngressClassTransform: ObjectTransform {
    private static let annotation = "kubernetes.io/ingress.class"

    private let names: [String: String]

    init(_ names: [String: String]) { self.names = names }

    var parts: [String] { names.keys.sorted().map(IngressClassTransform.part) }

    func apply(to object: inout JSON, log: inout TransformLog) {
        guard object.kind == "Ingress" else { return }
        if let name = object.at("spec", "ingressClassName")?.string, let target = names[name] {
            object.set(.string(target), at: "spec", "ingressClassName")
            log.match(IngressClassTransform.part(name))
        }
        let key = IngressClassTransform.annotation
        if let name = object.annotations[key], let target = names[name] {
            object.annotations[key] = target
            log.match(IngressClassTransform.part(name))
        }
    }

    private static func part(_ name: String) -> String { "ingressClasses.\(name)" }
}
