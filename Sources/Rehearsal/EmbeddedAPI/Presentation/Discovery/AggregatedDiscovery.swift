import JSONValues

/// All groups, versions and resources in one document, as newer clients ask for them.
struct AggregatedDiscovery: Sendable {
    /// The versions of the document itself.
    enum Form: String, Sendable {
        case v2, v2beta1

        var mediaType: String {
            "application/json;g=apidiscovery.k8s.io;v=\(rawValue);as=APIGroupDiscoveryList"
        }
    }

    private let documents: DiscoveryDocuments
    private let form: Form

    init(_ documents: DiscoveryDocuments, form: Form) {
        self.documents = documents
        self.form = form
    }

    /// The first aggregated form that an `Accept` header asks for; nil means the old form.
    static func form(accept: [String]) -> Form? {
        for clause in accept.flatMap({ $0.split(separator: ",") }) {
            let parts = clause.split(separator: ";").map { $0.filter { $0 != " " } }
            guard parts.first == "application/json" else { continue }
            if parts.contains("as=APIGroupDiscoveryList"), parts.contains("g=apidiscovery.k8s.io") {
                let version = parts.first { $0.hasPrefix("v=") }?.dropFirst(2)
                if let form = version.flatMap({ Form(rawValue: String($0)) }) { return form }
            } else if parts.count == 1 {
                return nil
            }
        }
        return nil
    }

    /// The core group alone, or all the others.
    func list(isCore: Bool) -> JSON {
        let groups = documents.groups.filter { $0.name.isEmpty == isCore }
        return [
            "kind": "APIGroupDiscoveryList",
            "apiVersion": .string("apidiscovery.k8s.io/\(form.rawValue)"), "metadata": [:],
            "items": .array(groups.map(item)),
        ]
    }

    private func item(_ group: DiscoveryDocuments.Group) -> JSON {
        let versions = group.versions.map { version -> JSON in
            let resources = documents.resources(group: group.name, version: version)
            return [
                "version": .string(version), "freshness": "Current",
                "resources": .array(resources.map(\.aggregated)),
            ]
        }
        let metadata: JSON = group.name.isEmpty ? [:] : ["name": .string(group.name)]
        return ["metadata": metadata, "versions": .array(versions)]
    }
}
