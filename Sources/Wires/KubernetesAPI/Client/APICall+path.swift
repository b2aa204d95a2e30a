extension APICall.Resource {
    /// What a server takes a request of this path for (apiserver, `requestinfo.go`); nil for paths that
    /// are no resource.
    ///
    /// A service that is asked through the server (`…/services/web:80/proxy/health`) is
    /// `services/proxy`, whatever stands behind that.
    init?(method: String, path: String) {
        var parts = path.split(separator: "/").map(String.init)[...]
        let group: String
        switch parts.popFirst() {
        case "api": group = ""
        case "apis":
            guard let named = parts.popFirst() else { return nil }
            group = named
        default: return nil
        }
        // The version.
        guard parts.popFirst() != nil else { return nil }
        var namespace: String?
        if parts.first == "namespaces", let third = parts.dropFirst(2).first,
            !["status", "finalize"].contains(third)
        {
            namespace = parts[parts.startIndex + 1]
            parts = parts.dropFirst(2)
        }
        guard let plural = parts.popFirst() else { return nil }
        let name = parts.popFirst()
        let subresource = parts.popFirst()
        guard let verb = APICall.Verb(method: method, hasName: name != nil) else { return nil }
        self.init(
            verb: verb,
            group: group,
            plural: subresource.map { "\(plural)/\($0)" } ?? plural,
            namespace: namespace,
            name: name
        )
    }
}

extension APICall.Verb {
    fileprivate init?(method: String, hasName: Bool) {
        switch method {
        case "GET", "HEAD": self = hasName ? .get : .list
        case "POST": self = .create
        case "PUT": self = .update
        case "PATCH": self = .patch
        case "DELETE": self = hasName ? .delete : .deletecollection
        default: return nil
        }
    }
}
