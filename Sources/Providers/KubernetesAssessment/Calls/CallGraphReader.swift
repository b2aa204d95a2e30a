import JSONValues
import KubernetesCopy
import KubernetesObjects

/// Reads out of the source's facts who calls whom: pure.
struct CallGraphReader {
    private let estate: AssessedEstate
    private let workloads: [SlimObject]
    private let services: [ServiceMentions.Name: SlimObject]
    private let configMaps: [ServiceMentions.Name: SlimObject]

    /// An edge on its way.
    private struct Ends: Hashable {
        let from: String
        let to: String
    }

    init(_ estate: AssessedEstate) {
        self.estate = estate
        workloads = estate.movingWorkloads
        services = CallGraphReader.byName(estate.source.all("Service"))
        configMaps = CallGraphReader.byName(estate.source.all("ConfigMap"))
    }

    func read() -> CallGraph {
        var found: [Ends: Set<String>] = [:]
        addConfiguration(to: &found)
        addEntries(to: &found)
        addPolicies(to: &found)
        addStated(to: &found)
        return CallGraph(
            edges: found.map {
                CallGraph.Edge(from: $0.key.from, to: $0.key.to, evidence: $0.value.sorted())
            }
        )
    }

    static func byName(_ objects: [SlimObject]) -> [ServiceMentions.Name: SlimObject] {
        Dictionary(
            objects.map { (ServiceMentions.Name(namespace: $0.namespace, name: $0.name), $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    static func words(for object: SlimObject) -> String {
        "\(object.key.kind) \(object.namespace)/\(object.name)"
    }

    // MARK: - What tells of calls

    /// Environment, arguments, and the ConfigMaps that containers read.
    private func addConfiguration(to found: inout [Ends: Set<String>]) {
        for workload in workloads {
            guard let pods = workload.pods else { continue }
            for mention in workload.mentions {
                add(workload, mention.service, mention.place, to: &found)
            }
            for name in pods.configMaps {
                let key = ServiceMentions.Name(namespace: workload.namespace, name: name)
                for mention in configMaps[key]?.mentions ?? [] {
                    add(
                        workload,
                        mention.service,
                        "ConfigMap \(name), \(mention.place)",
                        to: &found
                    )
                }
            }
        }
    }

    private func addEntries(to found: inout [Ends: Set<String>]) {
        for ingress in estate.moving("Ingress.networking.k8s.io") {
            if let name = ingress.body.at("spec", "defaultBackend", "service", "name")?.string {
                add(ingress, service(name, beside: ingress), "default backend", to: &found)
            }
            for rule in ingress.body.at("spec", "rules")?.array ?? [] {
                for path in rule.at("http", "paths")?.array ?? [] {
                    guard let name = path.at("backend", "service", "name")?.string else { continue }
                    let place =
                        "rule \(rule["host"]?.string ?? "*")\(path["path"]?.string ?? "/")"
                    add(ingress, service(name, beside: ingress), place, to: &found)
                }
            }
        }
    }

    /// Whom a policy lets in by name of its pods is expected to call.
    private func addPolicies(to found: inout [Ends: Set<String>]) {
        for policy in estate.moving("NetworkPolicy.networking.k8s.io") {
            let called = selected(by: policy.body.at("spec", "podSelector"), in: policy.namespace)
            for rule in policy.body.at("spec", "ingress")?.array ?? [] {
                for peer in rule["from"]?.array ?? [] where peer["namespaceSelector"] == nil {
                    guard let selector = peer["podSelector"], selector != .emptyObject else {
                        continue
                    }
                    for caller in selected(by: selector, in: policy.namespace) {
                        for callee in called where callee.key != caller.key {
                            let ends = Ends(
                                from: CallGraphReader.words(for: caller),
                                to: CallGraphReader.words(for: callee)
                            )
                            found[ends, default: []].insert(
                                "NetworkPolicy \(policy.name) lets it in"
                            )
                        }
                    }
                }
            }
        }
    }

    private func addStated(to found: inout [Ends: Set<String>]) {
        for call in estate.stated.calls {
            for callee in callees(call.service) where callee != call.caller {
                found[Ends(from: call.caller, to: callee), default: []].insert("stated")
            }
        }
    }

    // MARK: - Who is meant

    private func service(_ name: String, beside object: SlimObject) -> ServiceMentions.Name {
        ServiceMentions.Name(namespace: object.namespace, name: name)
    }

    private func add(
        _ caller: SlimObject,
        _ name: ServiceMentions.Name,
        _ place: String,
        to found: inout [Ends: Set<String>]
    ) {
        for callee in callees(name) where callee != CallGraphReader.words(for: caller) {
            let ends = Ends(from: CallGraphReader.words(for: caller), to: callee)
            found[ends, default: []].insert(place)
        }
    }

    /// The workloads behind a Service, or the Service itself where nothing that moves is behind it.
    private func callees(_ name: ServiceMentions.Name) -> [String] {
        let selector = services[name]?.body.at("spec", "selector")?.stringMap ?? [:]
        let behind = workloads.filter { workload in
            guard workload.namespace == name.namespace, let pods = workload.pods else {
                return false
            }
            return !selector.isEmpty && selector.allSatisfy { pods.labels[$0.key] == $0.value }
        }
        return behind.isEmpty
            ? ["Service \(name.namespace)/\(name.name)"]
            : behind.map { CallGraphReader.words(for: $0) }
    }

    private func selected(by selector: JSON?, in namespace: String) -> [SlimObject] {
        let parsed: LabelSelector
        // A selector that no server would have stored selects nothing.
        do { parsed = try LabelSelector(object: selector) } catch { return [] }
        return workloads.filter {
            $0.namespace == namespace && parsed.matches($0.pods?.labels ?? [:])
        }
    }
}
