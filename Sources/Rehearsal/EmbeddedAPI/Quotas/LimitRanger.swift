import JSONValues
import KubernetesObjects

/// What the LimitRanger admission of a server does with one LimitRange.
struct LimitRanger: Sendable {
    private let limits: [JSON]

    init(_ limitRange: JSON) {
        limits = limitRange.at("spec", "limits")?.array ?? []
    }

    // MARK: What is left out

    /// Fills what containers leave out, and notes on the pod what that was.
    func setDefaults(_ pod: inout JSON) {
        guard let limit = limits.first(where: { $0["type"] == "Container" }) else { return }
        var notes: [String] = []
        for (key, word) in [("containers", "container"), ("initContainers", "init container")] {
            pod.change("spec") { spec in
                spec.changeEach(key) { container in
                    let name = "\(word) \(container["name"]?.string ?? "")"
                    notes += Self.fill(&container, "requests", from: limit["defaultRequest"])
                        .map { "\($0) request for \(name)" }
                    notes += Self.fill(&container, "limits", from: limit["default"])
                        .map { "\($0) limit for \(name)" }
                }
            }
        }
        guard !notes.isEmpty else { return }
        pod.annotations["kubernetes.io/limit-ranger"] =
            "LimitRanger plugin set: " + notes.joined(separator: "; ")
    }

    /// The names of what was filled in, joined; none when nothing was.
    private static func fill(
        _ container: inout JSON,
        _ kind: String,
        from defaults: JSON?
    ) -> [String] {
        let missing = (defaults?.object ?? [:]).filter {
            container.at("resources", kind, $0.key) == nil
        }
        for (name, value) in missing { container.set(value, at: "resources", kind, name) }
        return missing.isEmpty ? [] : [missing.map(\.key).joined(separator: ", ")]
    }

    // MARK: What is too much or too little

    func problems(ofPod pod: JSON) -> [String] {
        limits.flatMap { limit -> [String] in
            switch limit["type"] {
            case "Container":
                return ["containers", "initContainers"]
                    .flatMap { pod.at("spec", $0)?.array ?? [] }
                    .flatMap { container in
                        problems(
                            limit,
                            "Container",
                            Quantities(container.at("resources", "requests")),
                            Quantities(container.at("resources", "limits"))
                        )
                    }
            case "Pod":
                let resources = PodResources(pod)
                return problems(limit, "Pod", resources.requests, resources.limits)
            default: return []
            }
        }
    }

    /// Claims ask for storage, and have no limit.
    func problems(ofClaim claim: JSON) -> [String] {
        let requests = Quantities(claim.at("spec", "resources", "requests"))
        return limits.filter { $0["type"] == "PersistentVolumeClaim" }.flatMap { limit in
            bound("min", limit).compactMap { name, bound in
                Self.problem(of: requests[name], below: bound, "minimum \(name)", Self.claim)
            }
                + bound("max", limit).compactMap { name, bound in
                    guard let asked = requests[name] else {
                        return Self.missing("maximum \(name)", Self.claim, bound, "request")
                    }
                    guard asked > bound else { return nil }
                    return "maximum \(name) usage per \(Self.claim) is \(bound), but request is "
                        + "\(asked)"
                }
        }
    }

    private static let claim = "PersistentVolumeClaim"

    private func bound(_ key: String, _ limit: JSON) -> [(String, Quantity)] {
        let quantities = Quantities(limit[key])
        return quantities.names.compactMap { name in quantities[name].map { (name, $0) } }
    }

    private func problems(
        _ limit: JSON,
        _ type: String,
        _ requests: Quantities,
        _ limits: Quantities
    ) -> [String] {
        bound("min", limit).compactMap { name, bound in
            if let problem = Self.problem(of: requests[name], below: bound, "minimum \(name)", type)
            {
                return problem
            }
            guard let given = limits[name], given < bound else { return nil }
            return "minimum \(name) usage per \(type) is \(bound), but limit is \(given)"
        }
            + bound("max", limit).compactMap { name, bound in
                guard let given = limits[name] else {
                    return Self.missing("maximum \(name)", type, bound, "limit")
                }
                if given > bound {
                    return "maximum \(name) usage per \(type) is \(bound), but limit is \(given)"
                }
                guard let asked = requests[name], asked > bound else { return nil }
                return "maximum \(name) usage per \(type) is \(bound), but request is \(asked)"
            }
            + bound("maxLimitRequestRatio", limit).compactMap { name, bound in
                Self.problem(ofRatio: limits[name], to: requests[name], name, type, max: bound)
            }
    }

    private static func problem(
        of asked: Quantity?,
        below bound: Quantity,
        _ what: String,
        _ type: String
    ) -> String? {
        guard let asked else { return missing(what, type, bound, "request") }
        guard asked < bound else { return nil }
        return "\(what) usage per \(type) is \(bound), but request is \(asked)"
    }

    private static func missing(
        _ what: String,
        _ type: String,
        _ bound: Quantity,
        _ kind: String
    ) -> String {
        "\(what) usage per \(type) is \(bound).  No \(kind) is specified"
    }

    private static func problem(
        ofRatio limit: Quantity?,
        to request: Quantity?,
        _ name: String,
        _ type: String,
        max bound: Quantity
    ) -> String? {
        let start = "\(name) max limit to request ratio per \(type) is \(bound), but "
        guard let request, !request.isZero else {
            return start + "no request is specified or request is 0"
        }
        guard let limit, !limit.isZero else {
            return start + "no limit is specified or limit is 0"
        }
        let millionths = limit.milliunits * 1_000_000 / request.milliunits
        guard millionths > bound.milliunits * 1_000 else { return nil }
        let digits = String(millionths % 1_000_000 + 1_000_000).dropFirst()
        return start + "provided ratio is \(millionths / 1_000_000).\(digits)"
    }
}
