import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel

/// One list of a site, read page by page: what is kept of a page is small.
struct ListReading: Sendable {
    let kind: ResourceKind
    let namespace: String?
    let source: any ObjectSource
    let slimmer: Slimmer

    /// Why a list is not there.
    enum Failure: Error {
        /// It may not be read, or not so.
        case unreadable(String)
        /// The site does not answer.
        case failed(KubernetesError)
    }

    /// What is kept of a list.
    struct Found: Sendable {
        var objects: [SlimObject] = []
        var groupKind = ""
        var count = 0
        var setAside: [String: Requests] = [:]

        func add(to facts: inout SiteFacts) {
            if count > 0 { facts.counts[groupKind, default: 0] += count }
            if !objects.isEmpty { facts.objects[groupKind, default: []] += objects }
            for object in objects { facts.keys.insert(object.key) }
            for (node, requests) in setAside {
                facts.setAside[node, default: Requests()] =
                    facts.setAside[node, default: Requests()] + requests
            }
        }
    }

    func read() async -> Result<Found, Failure> {
        var found = Found()
        do {
            try await source.read(kind, namespace: namespace) { page in
                if page.isFirst { found = Found() }
                found.groupKind = kind.groupKind
                for object in page.items { take(object, into: &found) }
            }
            return .success(found)
        } catch {
            guard error.isUnlistable else { return .failure(.failed(error)) }
            let place = namespace.map { " in \($0)" } ?? ""
            return .failure(.unreadable("\(kind.groupResource)\(place): \(error)"))
        }
    }

    private func take(_ object: JSON, into found: inout Found) {
        found.count += 1
        if object.kind == "Pod", object.groupVersionKind?.group == "",
            let template = PodTemplateReader.read(object), template.replicas > 0,
            let node = object.at("spec", "nodeName")?.string
        {
            let requests = PodFacts(
                replicas: 1,
                labels: [:],
                spec: template.spec,
                configMaps: [],
                secrets: []
            ).requests
            found.setAside[node, default: Requests()] =
                found.setAside[node, default: Requests()] + requests
        }
        if isMadeByController(object) { return }
        if let slim = slimmer.slim(object, owners: OwnerChain([object])) {
            found.objects.append(slim)
        }
    }

    /// Whether there is only its number to know: a controller or its cluster makes it.
    ///
    /// Pods of a node's own files are kept, for they tell how the control plane was started.
    private func isMadeByController(_ object: JSON) -> Bool {
        if let owner = object.controllerReference { return owner["kind"]?.string != "Node" }
        switch object.kind {
        case "EndpointSlice", "Endpoints": return !slimmer.leadsOutside(object)
        case "ControllerRevision": return true
        default: return false
        }
    }
}
