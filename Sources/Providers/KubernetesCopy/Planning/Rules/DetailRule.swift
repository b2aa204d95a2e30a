import JSONValues
import KubernetesObjects
import MigrationModel

/// What has to be known of some kinds so that their copy does no harm: pure.
protocol DetailRule: Sendable {
    /// Why an object stays at the source; nil when this rule has nothing against it.
    func staying(_ object: JSON, _ key: CopyKey) -> Staying?

    /// Changes what is wanted of `original`, and says what a person should know of it.
    ///
    /// `present` is what the target has under its name.
    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding]

    /// Services of the target that must answer before the object is written.
    func needs(_ original: JSON) -> Set<ServiceName>
}

extension DetailRule {
    func staying(_ object: JSON, _ key: CopyKey) -> Staying? { nil }

    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding] { [] }

    func needs(_ original: JSON) -> Set<ServiceName> { [] }
}

/// Why an object is not copied.
struct Staying {
    let reason: String
    /// Nil when there is nothing to decide about it.
    var finding: Finding?
}

extension ServiceName {
    /// Nil when `client`, as webhooks and their like have it, names none but, say, an address.
    init?(client: JSON?) {
        guard let namespace = client?.at("service", "namespace")?.string,
            let name = client?.at("service", "name")?.string
        else { return nil }
        self.init(namespace: namespace, name: name)
    }
}

/// All rules, one after the other.
struct DetailRules: DetailRule {
    private let rules: [any DetailRule]
    private let autoscaling: AutoscalerRule

    init(_ rule: CopyRule, source: SiteObjects, target: SiteObjects) {
        let isStopped = rule.workloads == .stopped
        autoscaling = AutoscalerRule(source, isStopped)
        rules = [
            TerminatingRule(rule, target: target), JobRule(isStopped: isStopped),
            VolumeRule(source: source, isStopped: isStopped), autoscaling,
            BalancerRule(choice: rule.loadBalancers), NodePortRule(rule, target: target),
            FamilyRule(),
            NameRule(),
            TargetGroupRule(),
            ServedRule(rule, source: source, target: target),
        ]
    }

    func staying(_ object: JSON, _ key: CopyKey) -> Staying? {
        for rule in rules {
            if let staying = rule.staying(object, key) { return staying }
        }
        return nil
    }

    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding] {
        var findings: [Finding] = []
        for rule in rules {
            findings += rule.shape(&wanted, of: original, key, present: present)
        }
        return findings
    }

    /// With how many replicas a copy begins whose number is an autoscaler's to say.
    func start(_ wanted: JSON, of original: JSON, _ key: CopyKey) -> Int? {
        autoscaling.start(wanted, of: original, key)
    }

    func needs(_ original: JSON) -> Set<ServiceName> {
        rules.reduce(into: []) { $0.formUnion($1.needs(original)) }
    }
}
