import MigrationModel
import YAMLDocuments

extension FileReader {
    /// How it is known that bridges carry.
    mutating func bridges() -> BridgeProof {
        let node = spec?["bridges"]
        if let stated = node?["stated"], let text = stated.string {
            if node?["image"] != nil {
                note(
                    stated,
                    "spec.bridges.stated",
                    "no Job runs where somebody vouches for the bridges",
                    "write image or stated"
                )
            }
            return .stated(text)
        }
        return .job(image: node?["image"]?.string ?? BridgeProof.imageUsual)
    }

    /// What bridges lead to, and what is done about policies in their way.
    mutating func bridgeRule() -> BridgeRule {
        let node = spec?["bridges"]
        let rule = BridgeRule(
            mode: node?["mode"]?.string.flatMap(BridgeRule.Mode.init(rawValue:)) ?? .auto,
            annotations: node?["annotations"]?.members.map { members in
                Dictionary(
                    members.compactMap { member in member.value.string.map { (member.key, $0) } },
                    uniquingKeysWith: { first, _ in first }
                )
            },
            entries: Dictionary(
                SiteRole.allCases.compactMap { role in
                    node?["entries"]?[role.rawValue]?.string.map { (role, $0) }
                },
                uniquingKeysWith: { first, _ in first }
            ),
            ingressClass: node?["ingressClass"]?.string,
            connectionsMax: duration(node?["connectionsMax"]) ?? BridgeRule().connectionsMax,
            policies: node?["policies"]?.string.flatMap(BridgeRule.Policies.init(rawValue:))
                ?? .find,
            link: node?["link"]?.string.flatMap(BridgeRule.LinkTrial.init(rawValue:)) ?? .first,
            transfer: node?["transfer"]?.string.flatMap(BridgeRule.Transfer.init(rawValue:))
                ?? .measure,
            throughputMin: node?["throughputMin"]?.int,
            keeper: keeper(node?["keeper"]),
            trust: node?["trust"]?.string.flatMap(BridgeRule.Trust.init(rawValue:)) ?? .hold
        )
        noteUnspoken(rule, node)
        noteUnmeasured(rule, node)
        noteMissing(rule, node)
        return rule
    }

    /// What is asked of a link that nobody measures.
    private mutating func noteUnmeasured(_ rule: BridgeRule, _ node: YAMLNode?) {
        guard let place = node?["throughputMin"] else { return }
        let isStated = node?["stated"] != nil
        guard rule.transfer == .skip || isStated else { return }
        note(
            place,
            "spec.bridges.throughputMin",
            "nobody sends anything over the link where \(isStated ? "bridges are stated" : "transfer is skip")",
            "leave it out, or "
                + (isStated ? "write image in place of stated" : "write transfer: measure")
        )
    }

    private mutating func keeper(_ node: YAMLNode?) -> BridgeRule.Keeper? {
        guard let node else { return nil }
        var apis: [SiteRole: String] = [:]
        for role in SiteRole.allCases {
            guard let place = node["apis"]?[role.rawValue], let url = place.string else { continue }
            apis[role] = url
            if !url.lowercased().hasPrefix("https://") {
                note(
                    place,
                    "spec.bridges.keeper.apis.\(role.rawValue)",
                    "\(url) would take a token over the link in the clear",
                    "write an URL with https"
                )
            }
        }
        return BridgeRule.Keeper(image: node["image"]?.string ?? "", apis: apis)
    }

    /// What is said of another way than the one that was chosen.
    private mutating func noteUnspoken(_ rule: BridgeRule, _ node: YAMLNode?) {
        let spoken: [(key: String, modes: [BridgeRule.Mode])] = [
            ("annotations", [.loadBalancer]), ("ingressClass", [.entry]), ("entries", [.entry]),
            ("connectionsMax", [.entry]), ("keeper", [.nodePorts, .podAddresses]),
        ]
        for (key, modes) in spoken where rule.mode != .auto && !modes.contains(rule.mode) {
            guard let place = node?[key] else { continue }
            note(
                place,
                "spec.bridges.\(key)",
                "bridges lead to \(rule.mode.words), which have no use for it",
                "leave it out, or write mode: "
                    + modes.map(\.rawValue).joined(separator: " or ")
            )
        }
    }

    /// What the way that was chosen needs.
    private mutating func noteMissing(_ rule: BridgeRule, _ node: YAMLNode?) {
        guard let place = node?["mode"] else { return }
        if rule.mode == .loadBalancer, rule.annotations == nil {
            note(
                place,
                "spec.bridges.mode",
                "nothing says how load balancers are kept from being open to everybody",
                "write spec.bridges.annotations as your cloud wants them for internal ones, or {} if "
                    + "they are internal without"
            )
        }
        guard rule.mode == .entry else { return }
        for role in SiteRole.allCases
        where rule.entries[role] == nil && site(role.rawValue).entry == nil {
            note(
                place,
                "spec.bridges.mode",
                "nothing says where the entry of the \(role.rawValue) is",
                "write spec.bridges.entries.\(role.rawValue), the URL with the address at which pods "
                    + "of the other site reach it"
            )
        }
    }
}

extension BridgeRule.Mode {
    /// For people.
    fileprivate var words: String {
        switch self {
        case .auto: "whatever carries"
        case .nodePorts: "node ports"
        case .podAddresses: "pods"
        case .loadBalancer: "load balancers"
        case .entry: "entries"
        }
    }
}
