import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Keeps the numbered pods of a StatefulSet, each with its own name and volumes.
struct StatefulSetController: Controller {
    let name = "statefulset-controller"
    let watchedResources: Set<ResourceName>? = [.statefulSets, .pods]

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        guard change.resource == .pods else {
            return [ObjectAddress(.statefulSets, of: change.object)]
        }
        return change.controllers(
            kind: "StatefulSet",
            .statefulSets,
            in: view,
            selector: LabelSelector.ofWorkload
        )
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let set = view.object(address) else { return .none }
        let named = view.objects(.pods, namespace: address.namespace).filter {
            Ordinals.ordinal(of: $0, in: set) != nil
        }
        let claim = Ownership.claim(named, for: set, .ofWorkload(set))
        var sync = StatefulSetSync(set, pods: claim.objects, in: view)
        sync.run(in: view)
        var outcome = sync.outcome
        outcome.writes = claim.writes + outcome.writes
        return outcome
    }
}

/// The numbers that the pods of a StatefulSet bear in their names.
enum Ordinals {
    /// Nil for a pod whose name is not the set's with a number behind it.
    static func ordinal(of pod: JSON, in set: JSON) -> Int? {
        let prefix = "\(set.name ?? "")-"
        guard let name = pod.name, name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count)
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(digits)
    }

    /// The numbers that the set should have.
    static func wanted(by set: JSON) -> Range<Int> {
        let start = set.at("spec", "ordinals", "start")?.int ?? 0
        return start..<(start + max(0, set.specReplicas))
    }
}
