import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects

extension SiteWorld {
    /// What the site's Service proxy and entry do not know yet, each in a few words, sorted.
    ///
    /// Empty when every ready pod of every Service that selects pods can be reached by both, and the
    /// entry serves every host of the Ingresses. Pods are ready before anybody else has heard of it:
    /// who sends requests from outside waits for this.
    package var notFollowed: [String] {
        let pods = cluster.list(.pods, namespace: nil).filter(Self.serves)
        var missing: [String] = []
        for service in cluster.list(.services, namespace: nil) {
            guard let key = ServiceRecord(service)?.key,
                let selector = service.at("spec", "selector")?.object?.compactMapValues(\.string)
            else { continue }
            let wanted = pods.filter { pod in
                pod.namespace == key.namespace
                    && selector.allSatisfy { pod.labels[$0.key] == $0.value }
            }.compactMap { $0.at("status", "podIP")?.string.flatMap(TwinAddress.init) }
            if !proxy.addresses(of: key).isSuperset(of: wanted) {
                missing.append("the Service proxy does not lead to every pod of \(key)")
            }
            if !entry.addresses(of: key).isSuperset(of: wanted) {
                missing.append("the entry does not lead to every pod of \(key)")
            }
        }
        let hosts = Set(entry.hosts)
        for ingress in cluster.list(.ingresses, namespace: nil) {
            let rules = ingress.at("spec", "rules")?.array ?? []
            for host in rules.compactMap({ $0["host"]?.string }) where !hosts.contains(host) {
                missing.append("the entry does not serve \(host)")
            }
        }
        return missing.sorted()
    }

    private static func serves(_ pod: JSON) -> Bool {
        pod.deletionTimestamp == nil && pod.hasCondition("Ready")
    }
}
