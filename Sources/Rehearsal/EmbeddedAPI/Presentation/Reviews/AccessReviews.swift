import HTTPTransport
import JSONValues
import KubernetesObjects

/// The questions that a client may ask about itself and others; whoever has the token may do all.
struct AccessReviews: Sendable {
    /// One kind of question.
    struct Review: Sendable {
        let group: String
        let kind: String
        var isNamespaced = false
    }

    static let all = [
        Review(group: "authentication.k8s.io", kind: "SelfSubjectReview"),
        Review(group: "authentication.k8s.io", kind: "TokenReview"),
        Review(
            group: "authorization.k8s.io",
            kind: "LocalSubjectAccessReview",
            isNamespaced: true
        ),
        Review(group: "authorization.k8s.io", kind: "SelfSubjectAccessReview"),
        Review(group: "authorization.k8s.io", kind: "SelfSubjectRulesReview"),
        Review(group: "authorization.k8s.io", kind: "SubjectAccessReview"),
    ]

    let cluster: EmbeddedCluster
    let request: APIRequest

    /// Nil when the path leads to no review.
    func answer() throws(APIStatusError) -> HTTPResponse? {
        let path = request.path
        guard path.count == 4 || path.count == 6, path[0] == "apis", path[2] == "v1",
            path.count == 4 || path[3] == "namespaces",
            let review = Self.all.first(where: {
                $0.group == path[1] && $0.kind.lowercased() + "s" == path[path.count - 1]
                    && $0.isNamespaced == (path.count == 6)
            })
        else { return nil }
        var document: JSON
        do throws(JSONParseError) {
            document = try JSON.parse(request.body)
        } catch {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(review.kind)): "
                    + "couldn't get version/kind; json parse error: \(error)"
            )
        }
        guard document.object != nil else {
            throw .badRequest("the object provided is unrecognized")
        }
        document.kind = review.kind
        document.apiVersion = "\(review.group)/v1"
        if document.metadata == nil { document.metadata = ["creationTimestamp": nil] }
        document.status = status(of: review, document)
        return .json(document.encoded(), status: 201)
    }

    private func status(of review: Review, _ document: JSON) -> JSON {
        let user: JSON = [
            "username": "kubernetes-admin", "groups": ["system:masters", "system:authenticated"],
        ]
        switch review.kind {
        case "SelfSubjectReview": return ["userInfo": user]
        case "TokenReview":
            return [
                "authenticated": true, "user": user,
                "audiences": ["https://kubernetes.default.svc.cluster.local"],
            ]
        case "SelfSubjectRulesReview":
            return [
                "incomplete": false,
                "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
                "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]],
            ]
        default: return ["allowed": true]
        }
    }
}
