import JSONValues
import MigrationModel
import YAMLDocuments

/// Takes the values out of a document and notes what only shows when they are seen together.
///
/// It works on what is there, however wrong the rest is: missing values and values of the wrong
/// kind were noted by `FileValidator`, and count as left out here.
struct FileReader {
    var problems: [FileProblem] = []
    let spec: YAMLNode?
    private let document: YAMLNode
    /// The namespaces as written, by which names without one are completed.
    private(set) var namespaces: [String] = []

    init(_ document: YAMLNode) {
        self.document = document
        spec = document["spec"]
    }

    mutating func migration() -> MigrationFile {
        namespaces = names(at: "spec.namespaces", spec?["namespaces"])
        let source = site("source")
        let target = site("target")
        if source.context == target.context, source.kubeconfig == target.kubeconfig,
            let place = spec?["target"]?["context"]
        {
            note(
                place,
                "spec.target.context",
                "\(place.shown) is the source already",
                "write the context of the other site"
            )
        }
        let workloads = workloads()
        return MigrationFile(
            name: document["metadata"]?["name"]?.string ?? "",
            source: source,
            target: target,
            namespaces: namespaces.sorted(),
            workloads: workloads,
            calls: calls(),
            traffic: spec?["traffic"] == nil ? nil : traffic(),
            ramp: ramp(),
            strategy: strategy,
            workloadsInFlightMax: spec?["inFlight"]?.int ?? 10,
            bridges: bridges(),
            bridgeRule: bridgeRule(),
            stores: stores(among: workloads),
            probes: probes(target: target),
            gates: gates(),
            comparisons: comparisons(source: source, target: target),
            windows: windows(),
            approvals: approvals(of: workloads),
            freeze: spec?["freeze"]?.string.flatMap(DeployFreeze.init(rawValue:)) ?? .finding,
            residual: spec?["residual"]?.string.flatMap(ResidualRule.init(rawValue:)) ?? .approve,
            settle: duration(spec?["settle"]) ?? .seconds(2),
            timeouts: timeouts(),
            copy: copy()
        )
    }

    /// Notes what a copy can do without, and what moves traffic cannot.
    mutating func noteMissingForCrossing() {
        guard let spec, spec.members != nil else { return }
        let needed = [
            ("namespaces", "the namespaces that cross: a list of names"),
            (
                "traffic",
                "the balancer that leads to both sites, such as traffic: {provider: haproxy, "
                    + "haproxy: {socket: …}}; only `diolkos copy` does without"
            ),
        ]
        for (key, meaning) in needed where spec[key] == nil {
            note(spec, "spec.\(key)", "missing", "write \(meaning)")
        }
    }

    func site(_ key: String) -> SiteAddress {
        let node = spec?[key]
        return SiteAddress(
            context: node?["context"]?.string ?? "",
            kubeconfig: node?["kubeconfig"]?.string,
            entry: node?["entry"]?.string.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        )
    }

    private var strategy: CrossingStrategy {
        spec?["strategy"]?.string.flatMap(CrossingStrategy.init(rawValue:)) ?? .workloads
    }

    private mutating func ramp() -> Ramp {
        let node = spec?["ramp"]
        let defaults = strategy == .wholeSite ? Ramp(weights: [.all]) : Ramp()
        let percents = node?["weights"]?.elements ?? []
        var highest = 0
        for (index, element) in percents.enumerated() {
            guard let percent = element.int, (1...100).contains(percent) else { continue }
            if percent <= highest {
                note(
                    element,
                    "spec.ramp.weights[\(index)]",
                    "\(percent) is not above \(highest), the weight before it",
                    "write the weights in ascending order"
                )
            }
            highest = percent
        }
        if let last = percents.last, let percent = last.int, (1..<100).contains(percent) {
            note(
                last,
                "spec.ramp.weights[\(percents.count - 1)]",
                "the last weight is \(percent)",
                "end the ramp with 100, or nothing would ever be gone from the source"
            )
        }
        let weights = percents.compactMap { $0.int.flatMap(Weight.init(percent:)) }
        let limits = defaults.limits
        return Ramp(
            weights: weights.isEmpty ? defaults.weights : weights,
            limits: ShareLimits(
                requestsMin: node?["requestsMin"]?.int ?? limits.requestsMin,
                soakMilliseconds: duration(node?["soak"])?.wholeMilliseconds
                    ?? limits.soakMilliseconds,
                shareTolerance: decimal(node?["shareTolerance"]) ?? limits.shareTolerance,
                failureExcessMax: decimal(node?["failureExcessMax"]) ?? limits.failureExcessMax,
                failureMax: decimal(node?["failureMax"]) ?? limits.failureMax,
                latencyFactorMax: decimal(node?["latencyFactorMax"]) ?? limits.latencyFactorMax,
                latencySlackMicroseconds: duration(node?["latencySlack"])
                    .map { $0.wholeMilliseconds * 1_000 } ?? limits.latencySlackMicroseconds
            )
        )
    }

    private mutating func timeouts() -> Timeouts {
        let node = spec?["timeouts"]
        let defaults = Timeouts()
        let timeouts = Timeouts(
            change: duration(node?["change"]) ?? defaults.change,
            ready: duration(node?["ready"]) ?? defaults.ready,
            share: duration(node?["share"]) ?? defaults.share,
            drain: duration(node?["drain"]) ?? defaults.drain
        )
        if let settle = spec?["settle"], let time = duration(settle), time >= timeouts.change,
            time <= FileShape.settleMax
        {
            note(
                settle,
                "spec.settle",
                "\(DurationText.text(of: time)) is not below spec.timeouts.change, "
                    + DurationText.text(of: timeouts.change),
                "write a shorter time, or a longer spec.timeouts.change"
            )
        }
        if let soak = spec?["ramp"]?["soak"], let time = duration(soak), time >= timeouts.share {
            note(
                soak,
                "spec.ramp.soak",
                "\(DurationText.text(of: time)) is not below spec.timeouts.share, "
                    + DurationText.text(of: timeouts.share),
                "write a shorter time, or a longer spec.timeouts.share"
            )
        }
        let soakUsual = Duration.milliseconds(Ramp().limits.soakMilliseconds)
        if spec?["ramp"]?["soak"] == nil, let share = node?["share"], let time = duration(share),
            time <= soakUsual
        {
            note(
                share,
                "spec.timeouts.share",
                "\(DurationText.text(of: time)) is not above spec.ramp.soak, which is "
                    + "\(DurationText.text(of: soakUsual)) where it is not written",
                "write a longer time, or a shorter spec.ramp.soak"
            )
        }
        return timeouts
    }
}

// MARK: - Values

extension FileReader {
    mutating func note(_ node: YAMLNode, _ path: String, _ seen: String, _ advice: String) {
        problems.append(FileProblem(place: node.place, path: path, seen: seen, advice: advice))
    }

    func duration(_ node: YAMLNode?) -> Duration? {
        node?.string.flatMap(DurationText.duration(of:))
    }

    func decimal(_ node: YAMLNode?) -> Double? {
        if case .number(let number) = node?.value { number.double } else { nil }
    }

    /// The texts of a list, each of which must stand there once.
    mutating func names(at path: String, _ node: YAMLNode?) -> [String] {
        var found: [String] = []
        for (index, element) in (node?.elements ?? []).enumerated() {
            guard let text = element.string else { continue }
            if found.contains(text) {
                note(element, "\(path)[\(index)]", "\(element.shown) stands twice", "leave it out")
            } else {
                found.append(text)
            }
        }
        return found
    }

    /// `namespace/name`, or a name in the only namespace; nil with a note when it is neither.
    mutating func qualified(_ node: YAMLNode?, at path: String) -> ServiceName? {
        guard let node, let text = node.string, TextForm.qualifiedName.admits(text) else {
            return nil
        }
        let parts = text.split(separator: "/").map(String.init)
        guard parts.count == 2 else {
            if namespaces.count == 1 { return ServiceName(namespace: namespaces[0], name: text) }
            note(
                node,
                path,
                "\(node.shown) does not tell its namespace",
                "write namespace/\(text)"
            )
            return nil
        }
        // Where no namespace is listed, that is the mistake.
        if !namespaces.isEmpty, !namespaces.contains(parts[0]) {
            let advice =
                NearestWord.of(parts[0], among: namespaces).map { "did you mean \"\($0)\"?" }
                ?? "add it to spec.namespaces, or leave this out"
            note(node, path, "the namespace \"\(parts[0])\" does not cross", advice)
        }
        return ServiceName(namespace: parts[0], name: parts[1])
    }

    mutating func workload(_ node: YAMLNode?, at path: String) -> WorkloadID? {
        qualified(node, at: path).map {
            WorkloadID(kind: WorkloadID.kindUsual, namespace: $0.namespace, name: $0.name)
        }
    }
}
