import EmbeddedAPI
import JSONValues
import KubernetesObjects
import MigrationModel

/// All that a site holds, of every kind, in a form in which it can be compared.
///
/// What has a name that people gave is compared field by field. What controllers name at random, and
/// addresses that pods get anew, are told by what they stand for: a pod by its owner, an endpoint by
/// the owner of its pod.
package struct SiteSnapshot: Sendable {
    /// By kind, namespace and name, or by what stands for a name.
    package let objects: [String: JSON]
    /// Which incarnation stands behind a name that people gave.
    private let incarnations: [String: String]

    /// `objects` are those of every kind, as the site's server shows them.
    package init(_ objects: [JSON]) {
        let portrait = Portrait(objects)
        var shown: [String: JSON] = [:]
        var incarnations: [String: String] = [:]
        var counts: [String: Int] = [:]
        let drawn = objects.compactMap(portrait.show).sorted {
            // What is written is asked for among equals only: it is dear.
            $0.key == $1.key ? $0.text < $1.text : $0.key < $1.key
        }
        for object in drawn {
            var key = object.key
            if object.isNamedAtRandom {
                counts[key, default: 0] += 1
                key += " #\(counts[key, default: 0])"
            } else {
                incarnations[key] = object.uid
            }
            shown[key] = object.json
        }
        self.objects = shown
        self.incarnations = incarnations
    }

    /// Every object that came, went or was replaced, and every field that means something else;
    /// sorted.
    ///
    /// Two worlds give other uids, and draw other addresses and ports: `isOtherWorld` puts those
    /// aside, and how often a run was driven.
    package func differences(
        to later: SiteSnapshot,
        isOtherWorld: Bool = false
    ) -> [String] {
        let names = Set(objects.keys).union(later.objects.keys).sorted()
        return names.flatMap { name -> [String] in
            guard var old = objects[name] else { return ["\(name) came"] }
            guard var new = later.objects[name] else { return ["\(name) went"] }
            if isOtherWorld {
                old = old.withoutWhatIsDrawn
                new = new.withoutWhatIsDrawn
            } else if incarnations[name] != later.incarnations[name] {
                return ["\(name) was replaced by another of its name"]
            }
            let schema = old.groupVersionKind.flatMap { SchemaCatalog.builtIn.schema(for: $0) }
            return SemanticDiff.differences(from: old, to: new, schema: schema).map { difference in
                let values = [difference.source, difference.target].map { $0?.text() ?? "nothing" }
                return "\(name) \(difference): \(values[0]) became \(values[1])"
            }
        }
    }

    /// The names of all that bears a mark of a run or lies on a bridge or a local name, sorted.
    package var traces: [String] {
        objects.filter { name, object in
            object.text().contains("\"diolkos.dev") || name.hasSuffix("-local")
                || name.hasSuffix("-bridge")
        }.map(\.key).sorted()
    }

    /// The same, but for what is as it was `before` to the last letter: copies that nothing has touched are
    /// copies still.
    package func traces(since before: SiteSnapshot) -> [String] {
        traces.filter { before.objects[$0] != objects[$0] }
    }
}

extension JSON {
    /// Without what differs between two worlds in which the same was done.
    fileprivate var withoutWhatIsDrawn: JSON {
        var json = self
        for field in ["clusterIP", "clusterIPs", "healthCheckNodePort"] {
            json.remove(at: "spec", field)
        }
        json.labels = json.labels.filter { $0.key != "diolkos.dev/run" }
        let step = "diolkos.dev/step"
        json.annotations = json.annotations.filter {
            !$0.key.hasPrefix("diolkos.dev/") || $0.key == step
        }
        json.remove(at: "spec", "leaseTransitions")
        json.remove(at: "metadata", "ownerReferences")
        if kind == "Service", let ports = at("spec", "ports")?.array {
            json.set(.array(ports.map { $0.without("nodePort") }), at: "spec", "ports")
        }
        if kind == "EndpointSlice", let ports = self["ports"]?.array {
            json["ports"] = .array(ports.map { $0.without("port") })
        }
        if name == "kube-root-ca.crt" { json["data"] = nil }
        return json.withoutTrialDraws
    }

    /// A Job's pods are known by its uid, and a trial calls node ports.
    private var withoutTrialDraws: JSON {
        var json = self
        for labels in [
            ["metadata", "labels"], ["spec", "selector", "matchLabels"],
            ["spec", "template", "metadata", "labels"],
        ] {
            for key in ["controller-uid", "batch.kubernetes.io/controller-uid"] {
                json.set(nil, at: labels + [key])
            }
        }
        for path in [["spec", "containers"], ["spec", "template", "spec", "containers"]] {
            guard let containers = at(path)?.array else { continue }
            let cleaned = containers.map { container -> JSON in
                guard let command = container["command"]?.array else { return container }
                var container = container
                container["command"] = .array(
                    command.map { word in
                        guard let text = word.string,
                            text.wholeMatch(of: /10\.[0-9.]+:3[0-9]{4}/) != nil
                        else { return word }
                        return .string(String(text.prefix { $0 != ":" }))
                    }
                )
                return container
            }
            json.set(.array(cleaned), at: path)
        }
        return json
    }

    private func without(_ member: String) -> JSON {
        var json = self
        json[member] = nil
        return json
    }
}

extension SiteSnapshot {
    /// A site as it is now, with every kind that it serves.
    package init(_ cluster: EmbeddedCluster) {
        self.init(cluster.registry.definitions.flatMap { cluster.list($0.name) })
    }
}
