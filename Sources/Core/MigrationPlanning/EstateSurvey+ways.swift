import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// Chooses by which way bridges lead to each site, says why, and gives it to every name.
    ///
    /// A name's bridge at one site leads to its local name at the other.
    mutating func surveyWays(_ estate: inout Estate) {
        for far in [source, target] {
            let near = far.site == source.site ? target : source
            let role: SiteRole = far.site == source.site ? .source : .target
            guard let way = way(to: far, role, from: near) else { continue }
            estate.ways[role] = way
            if case .entry = way { checkNamesForEntry(estate.names, role) }
        }
        checkOrdinals(estate)
        noteStaleness(estate.ways, estate)
        noteOverlaps()
    }

    private mutating func way(
        to far: SiteInventory,
        _ role: SiteRole,
        from near: SiteInventory
    ) -> BridgeWay? {
        let rule = file.bridgeRule
        let hidden = hiddenNodes(of: far, from: near)
        switch rule.mode {
        case .nodePorts:
            if let hidden {
                notes.find(
                    "Bridges lead to node ports of \(far.site.context), as stated, though \(hidden)."
                )
            }
            return .nodePorts
        case .podAddresses:
            checkPods(of: far, from: near)
            return .podAddresses
        case .loadBalancer: return .loadBalancer(annotations: rule.annotations ?? [:])
        case .entry: return entry(of: far, role, isAsked: true)
        case .auto: break
        }
        guard let hidden else { return .nodePorts }
        if far.ranges.hasBalancers, let annotations = rule.annotations {
            notes.find(
                "Bridges lead to load balancers at \(far.site.context): its node ports cannot be "
                    + "reached, for \(hidden); and it has load balancers."
            )
            return .loadBalancer(annotations: annotations)
        }
        if let entry = entry(of: far, role, isAsked: false) {
            notes.find(
                "Bridges lead to the entry of \(far.site.context): its node ports cannot be reached, "
                    + "for \(hidden); and an address of its entry is stated."
            )
            return entry
        }
        noteHidden(hidden, far)
        return nil
    }

    /// Why nodes of the other site cannot be dialled from here; nil when nothing speaks against it.
    private func hiddenNodes(of far: SiteInventory, from near: SiteInventory) -> String? {
        far.ranges.nodes.lazy.compactMap { node in
            owner(of: node, at: near)
                .map { "its node \(node) has an address that belongs to \($0)" }
        }.first
    }

    /// What of this site has addresses in a range of the other one; nil for nothing that is known.
    private func owner(of far: AddressRange, at near: SiteInventory) -> String? {
        let own: [(ranges: [AddressRange], what: String)] = [
            (near.ranges.pods, "pods"), (near.ranges.services, "Services"),
            (near.ranges.nodes, "nodes"),
        ]
        for (ranges, what) in own {
            guard let range = ranges.first(where: far.overlaps) else { continue }
            return "the \(what) of \(near.site.context)"
                + (range.text == far.text ? "" : " (\(range))")
        }
        return nil
    }

    /// What goes pod by pod would be called while it goes.
    private mutating func checkOrdinals(_ estate: Estate) {
        guard estate.ways[.source] == .podAddresses else { return }
        for group in estate.groups where group.activation == .ordinals && !group.names.isEmpty {
            notes.problem(
                "\(group.lead)",
                "its pods go one by one while names at the target lead to them by their addresses",
                remedy:
                    "write spec.bridges.mode: nodePorts or loadBalancer, or say that it is exclusive"
            )
        }
    }

    /// An address that both sites give out would lead callers to a stranger, and not only nowhere.
    private mutating func checkPods(of far: SiteInventory, from near: SiteInventory) {
        for range in far.ranges.pods {
            guard let owner = owner(of: range, at: near) else { continue }
            notes.problem(
                "context \(far.site.context)",
                "bridges are to lead to its pods, and \(range), from which they have addresses, "
                    + "belongs to \(owner)",
                remedy: "write spec.bridges.mode: nodePorts, loadBalancer or entry"
            )
            return
        }
        guard far.ranges.pods.isEmpty else { return }
        notes.find(
            "The addresses of pods of \(far.site.context) are not told by its nodes; that "
                + "\(near.site.context) gives out none of them is taken from "
                + "spec.bridges.mode: podAddresses."
        )
    }

    private mutating func noteHidden(_ hidden: String, _ far: SiteInventory) {
        notes.problem(
            "context \(far.site.context)",
            "no bridge can lead to its node ports: \(hidden)",
            remedy: "write spec.bridges.mode: loadBalancer with annotations for internal ones, or "
                + "mode: entry with spec.bridges.entries, or give its nodes other addresses"
        )
    }

    /// The site's entry by its address; nil, with a problem when it was asked for, without one.
    private mutating func entry(
        of far: SiteInventory,
        _ role: SiteRole,
        isAsked: Bool
    ) -> BridgeWay? {
        let address = role == .source ? file.source : file.target
        let stated = file.bridgeRule.entries[role] ?? address.entry
        if let stated, let place = EntryPlace(stated) {
            return .entry(
                address: place.address,
                port: place.port,
                ingressClass: file.bridgeRule.ingressClass
            )
        }
        if isAsked {
            notes.problem(
                "context \(far.site.context)",
                "bridges are to lead to its entry, and \(stated ?? "nothing") is no plain HTTP URL "
                    + "with an address that pods of the other site could dial",
                remedy: "write spec.bridges.entries.\(role.rawValue): http://ADDRESS:PORT with an "
                    + "address, not a name: a slice holds addresses"
            )
        }
        return nil
    }

    /// Says where bridges lead, and when they would lead nowhere.
    private mutating func noteStaleness(_ ways: [SiteRole: BridgeWay], _ estate: Estate) {
        if ways.values.contains(.podAddresses) {
            notes.find(file.bridgeRule.keeper == nil ? EstateSurvey.leadsToPods : keptPods(estate))
            return
        }
        let isKept = file.bridgeRule.keeper != nil
        if isKept, !ways.values.contains(.nodePorts), !ways.isEmpty {
            notes.find(
                "spec.bridges.keeper is not used: bridges lead neither to node ports nor to pods."
            )
        }
        if ways[.source] == .nodePorts, ways[.target] == .nodePorts {
            notes.find(
                isKept
                    ? keptNodes("the other site", estate)
                    : EstateSurvey.leadsToNodes("the other site")
            )
            return
        }
        for role in SiteRole.allCases {
            let site = "the \(role.rawValue)"
            switch ways[role] {
            case nil: break
            case .podAddresses: break
            case .nodePorts:
                notes.find(isKept ? keptNodes(site, estate) : EstateSurvey.leadsToNodes(site))
            case .loadBalancer:
                notes.find(
                    "Bridges to \(site) lead to load balancers that its cluster makes and keeps, one "
                        + "a name; what they cost and who may reach them is a matter of "
                        + "spec.bridges.annotations."
                )
            case .entry(let address, let port, _):
                notes.find(
                    "Bridges to \(site) lead to its entry at \(address):\(port), which tells names "
                        + "apart by Host; they are stale when that address changes."
                )
            }
        }
    }

    private func keptPods(_ estate: Estate) -> String {
        "Bridges lead to the pods of the other site that are ready, by their own addresses, and "
            + "diolkos-keeper at each site follows them: until it has seen that a pod has gone, which "
            + "takes seconds, callers across the bridge lose what they send to it. It reads the other "
            + "site's slices of endpoints with a token that does not end; the token is worth nothing "
            + "any more once the run has taken its account away."
            + (estate.keepsBridges
                ? " Some bridges stay after the finish, and the keepers with them." : "")
    }

    private func keptNodes(_ site: String, _ estate: Estate) -> String {
        "Bridges lead to the nodes of \(site) that are ready, and diolkos-keeper follows them: until it has "
            + "seen that a node has gone, a share of new connections across the bridge is lost. It reads "
            + "the other site's nodes with a token that does not end; the token is worth nothing any more "
            + "once the run has taken its account away."
            + (estate.keepsBridges
                ? " Some bridges stay after the finish, and the keepers with them." : "")
    }

    private static let leadsToPods =
        "Bridges lead to the pods of the other site that are ready, by their own addresses. The run "
        + "looks at them anew before each workload crosses, before its source is emptied and when it "
        + "goes back; in between, callers across the bridge lose what they send to a pod that has gone."

    private static func leadsToNodes(_ site: String) -> String {
        "Bridges lead to the nodes of \(site) that are ready. The run looks at them anew before each "
            + "workload crosses and before its source is emptied; at other times a bridge goes on as "
            + "long as one of those nodes lives."
    }

    /// An entry speaks HTTP at one port and knows callers by the host that they name.
    private mutating func checkNamesForEntry(_ names: [CrossingName], _ role: SiteRole) {
        var owners: [String: ServiceName] = [:]
        for name in names {
            let ports = name.service.ports
            if ports.count != 1 || ports[0].transport != "TCP" {
                notes.problem(
                    "Service \(name.name)",
                    "its bridge is to lead to the entry of the \(role.rawValue), which has one port "
                        + "for all names, and it has \(ports.count)"
                        + (ports.count == 1 ? ", of \(ports[0].transport)" : ""),
                    remedy: "write spec.bridges.mode: loadBalancer or nodePorts"
                )
            }
            if let other = owners[name.name.name] {
                notes.problem(
                    "Service \(name.name)",
                    "callers of \(other) write the same host, \(name.name.name), and an entry tells "
                        + "names apart by nothing else",
                    remedy: "write spec.bridges.mode: loadBalancer or nodePorts"
                )
            }
            owners[name.name.name] = name.name
            let spoken = ports.first.flatMap { $0.appProtocol ?? $0.name } ?? ""
            if !spoken.isEmpty, !spoken.hasPrefix("http") {
                notes.find(
                    "Service \(name.name) is taken to speak HTTP/1.1, for its bridge leads to the "
                        + "entry of the \(role.rawValue); its port is called \(spoken)."
                )
            }
        }
    }

    /// Ranges that both sites use: what it means, and how it is known.
    private mutating func noteOverlaps() {
        let both: [(KeyPath<SiteRanges, [AddressRange]>, String)] = [
            (\.pods, "pods"), (\.services, "Services"),
        ]
        for (path, what) in both {
            for range in source.ranges[keyPath: path] {
                guard let other = target.ranges[keyPath: path].first(where: range.overlaps) else {
                    continue
                }
                notes.find(
                    "Both sites give \(what) addresses of \(range)"
                        + (range.text == other.text ? "" : " and \(other)")
                        + ": no bridge leads to such an address, but nothing else may either, such as "
                        + "routes between the sites or addresses in configuration."
                )
                break
            }
        }
        for inventory in [source, target]
        where !inventory.ranges.areServicesKnown && !inventory.ranges.services.isEmpty {
            notes.find(
                "The range of Services at \(inventory.site.context) is not told by its API; only the "
                    + "\(inventory.ranges.services.count.counted("address")) seen are compared."
            )
        }
    }
}

/// The address and port of a plain HTTP URL whose host is an address.
private struct EntryPlace {
    let address: String
    let port: Int

    init?(_ url: String) {
        let scheme = "http://"
        guard url.lowercased().hasPrefix(scheme) else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first else { return nil }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        guard octets.count == 4, octets.allSatisfy({ UInt8($0) != nil }), octets[0] != "127" else {
            return nil
        }
        address = String(host)
        guard let number = parts.count == 2 ? Int(parts[1]) : 80, (1...65_535).contains(number)
        else { return nil }
        port = number
    }
}
