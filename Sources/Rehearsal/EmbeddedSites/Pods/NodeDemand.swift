import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// What a pod demands of the node that it runs on: `nodeSelector`, and the required part of
/// `nodeAffinity`.
package struct NodeDemand: Sendable, Equatable {
    /// One line of a term: a label or field of the node, and what must hold of it.
    package struct Requirement: Sendable, Equatable {
        package let key: String
        package let relation: String
        package let values: [String]

        package init(_ document: JSON) {
            key = document["key"]?.string ?? ""
            relation = document["operator"]?.string ?? ""
            values = (document["values"]?.array ?? []).compactMap(\.string)
        }

        /// Nil stands for a label that the node has not.
        ///
        /// What nobody knows does not hold.
        package func holds(of value: String?) -> Bool {
            switch relation {
            case "In": value.map(values.contains) ?? false
            case "NotIn": !(value.map(values.contains) ?? false)
            case "Exists": value != nil
            case "DoesNotExist": value == nil
            case "Gt": isOrdered(value, by: >)
            case "Lt": isOrdered(value, by: <)
            default: false
            }
        }

        private func isOrdered(_ value: String?, by order: (Int, Int) -> Bool) -> Bool {
            guard let seen = value.flatMap({ Int($0) }),
                let bound = values.first.flatMap({ Int($0) })
            else { return false }
            return order(seen, bound)
        }
    }

    /// What must hold together.
    package struct Term: Sendable, Equatable {
        package let labels: [Requirement]
        package let fields: [Requirement]

        package init(_ document: JSON) {
            labels = (document["matchExpressions"]?.array ?? []).map { Requirement($0) }
            fields = (document["matchFields"]?.array ?? []).map { Requirement($0) }
        }

        /// A term that demands nothing matches no node, as in the original.
        package func holds(of node: TwinNode) -> Bool {
            guard !labels.isEmpty || !fields.isEmpty else { return false }
            return labels.allSatisfy { $0.holds(of: node.labels[$0.key]) }
                && fields.allSatisfy { $0.holds(of: $0.key == "metadata.name" ? node.name : nil) }
        }
    }

    /// A taint that a pod puts up with.
    package struct Toleration: Sendable, Equatable {
        package let key: String
        package let isForAnyValue: Bool
        package let value: String
        package let effect: String

        package init(_ document: JSON) {
            key = document["key"]?.string ?? ""
            isForAnyValue = document["operator"] == "Exists"
            value = document["value"]?.string ?? ""
            effect = document["effect"]?.string ?? ""
        }

        package func covers(_ taint: JSON) -> Bool {
            guard effect.isEmpty || effect == taint["effect"]?.string else { return false }
            if key.isEmpty { return isForAnyValue }
            guard key == taint["key"]?.string else { return false }
            return isForAnyValue || value == taint["value"]?.string ?? ""
        }
    }

    package let selector: [String: String]
    /// One of them must hold; nil where the pod does not ask.
    package let terms: [Term]?
    package let tolerations: [Toleration]

    package init(
        selector: [String: String] = [:],
        terms: [Term]? = nil,
        tolerations: [Toleration] = []
    ) {
        self.selector = selector
        self.terms = terms
        self.tolerations = tolerations
    }

    package init(_ pod: JSON) {
        selector = pod.at("spec", "nodeSelector")?.stringMap ?? [:]
        terms = pod.at("spec", "affinity", "nodeAffinity")?
            .at("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")?
            .array?.map { Term($0) }
        tolerations = (pod.at("spec", "tolerations")?.array ?? []).map { Toleration($0) }
    }

    /// Whether the pod may go to a node whose `spec` says this.
    ///
    /// That a node was not ready when it was made is no hindrance: the twin's always are.
    package func accepts(_ spec: JSON?) -> Bool {
        var taints = (spec?["taints"]?.array ?? []).filter { taint in
            ["NoSchedule", "NoExecute"].contains(taint["effect"]?.string)
                && taint["key"] != "node.kubernetes.io/not-ready"
        }
        if spec?["unschedulable"]?.bool == true {
            taints.append(["key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"])
        }
        return taints.allSatisfy { taint in tolerations.contains { $0.covers(taint) } }
    }

    /// Those of `nodes`, by name, to which the pod may not go as their objects are now.
    package func excluded(
        of nodes: [TwinNode],
        in cluster: any FollowedCluster
    ) -> Set<String> {
        let names = nodes.map(\.name).filter { name in
            !accepts(cluster.get(.nodes, namespace: nil, name: name)?["spec"])
        }
        return Set(names)
    }

    /// Whether the pod may run on `node`.
    package func holds(of node: TwinNode) -> Bool {
        selector.allSatisfy { node.labels[$0.key] == $0.value }
            && terms?.contains { $0.holds(of: node) } ?? true
    }
}
