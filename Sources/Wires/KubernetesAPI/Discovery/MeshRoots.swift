import JSONValues
import KubernetesObjects
import YAMLDocuments

/// The namespaces that hold what is for all of a mesh of Istio.
///
/// Each control plane has one, by its mesh configuration: the ConfigMap `istio`, or `istio-REVISION`, in its own
/// namespace says it under `mesh` as `rootNamespace`. Where control planes are is told by the webhooks that give
/// pods their sidecars.
/// https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
package struct MeshRoots: Sendable {
    /// What a mesh has unless its configuration says otherwise.
    package static let usual = "istio-system"

    private static let admission = "admissionregistration.k8s.io"
    private static let webhooks = "MutatingWebhookConfiguration"

    /// A control plane.
    private struct Plane: Hashable, Comparable {
        let namespace: String
        /// What its mesh configuration is called.
        let configuration: String

        static func < (left: Plane, right: Plane) -> Bool {
            (left.namespace, left.configuration) < (right.namespace, right.configuration)
        }
    }

    /// Sorted; none where the server knows no policies of Istio.
    package let namespaces: [String]
    /// Where mesh configurations were looked for; sorted.
    package let planes: [String]
    /// What could not be read, and why; sorted.
    package let unreadable: [String]

    /// Of a site whose configurations nobody has read.
    package static let unread = MeshRoots(namespaces: [usual], planes: [], unreadable: [])

    /// Whether a server has policies of a mesh at all, so that its roots are looked for.
    package static func isMeshed(_ kinds: [ResourceKind]) -> Bool {
        WidePolicyKinds.reads(among: kinds, roots: [usual]).contains { $0.namespace != nil }
    }

    /// Reads them; what may not be read is told, and then the usual is taken.
    package static func read(
        _ client: KubernetesClient,
        _ kinds: [ResourceKind]
    ) async throws(KubernetesError) -> MeshRoots {
        guard isMeshed(kinds) else { return MeshRoots(namespaces: [], planes: [], unreadable: []) }
        var unreadable: [String] = []
        var roots: Set<String> = []
        var planes: Set<Plane> = []
        do {
            let kind = try await client.resource(group: admission, kind: webhooks)
            planes = Set(try await client.list(kind).items.flatMap(MeshRoots.planes))
        } catch {
            guard error.isUnlistable else { throw error }
            unreadable.append("where the mesh has its control plane: \(error)")
        }
        for plane in planes.sorted() {
            do {
                let kind = try await client.resource(group: "", kind: "ConfigMap")
                let found = try await client.find(
                    kind,
                    namespace: plane.namespace,
                    name: plane.configuration
                )
                if let found { roots.insert(root(of: found)) }
            } catch {
                guard error.isForbidden else { throw error }
                unreadable.append(
                    "the mesh's ConfigMap \(plane.namespace)/\(plane.configuration): \(error)"
                )
            }
        }
        return MeshRoots(
            namespaces: roots.isEmpty ? [usual] : roots.sorted(),
            planes: Set(planes.map(\.namespace)).sorted(),
            unreadable: unreadable.sorted()
        )
    }

    /// The control planes that a configuration of webhooks leads to.
    private static func planes(_ object: JSON) -> [Plane] {
        guard let revision = object.labels["istio.io/rev"] else { return [] }
        let namespaces = (object["webhooks"]?.array ?? []).compactMap {
            $0.at("clientConfig", "service", "namespace")?.string
        }
        return Set(namespaces).map { namespace in
            Plane(
                namespace: namespace,
                configuration: revision == "default" ? "istio" : "istio-\(revision)"
            )
        }
    }

    private static func root(of configuration: JSON) -> String {
        guard let text = configuration.at("data", "mesh")?.string else { return usual }
        do {
            let stated = try YAMLDocuments.parse(text).first?["rootNamespace"]?.string
            return stated.flatMap { $0.isEmpty ? nil : $0 } ?? usual
        } catch {
            // What its own control plane could not read either.
            return usual
        }
    }
}
