import EmbeddedSites
import MigrationFile
import MigrationModel

/// By which way bridges lead in a twin: by the one that the file names, to what the twin has of it.
package struct PlayedBridges: Sendable {
    /// What the twin's migration is planned by.
    package let rule: BridgeRule
    /// What it tells nothing of.
    package let findings: [Finding]

    /// Takes what the file says of bridges.
    package init(_ stated: BridgeRule) {
        var rule = stated
        if rule.mode == .auto { rule.mode = .nodePorts }
        if rule.mode == .entry { rule.entries = PlayedBridges.entries }
        // A twin's link carries whatever is sent.
        rule.throughputMin = nil
        self.rule = rule
        findings = PlayedBridges.unknown(of: stated.mode).map { reason, remedy in
            Finding(
                check: "twin-bridges",
                severity: .note,
                objects: ["spec.bridges.mode: \(stated.mode.rawValue)"],
                reason: reason,
                remedy: remedy
            )
        }
    }

    /// Where pods of a twin dial the entry of each site.
    private static var entries: [SiteRole: String] {
        [
            .source: "http://\(TwinSite.source.entryAddress)",
            .target: "http://\(TwinSite.target.entryAddress)",
        ]
    }

    private static func unknown(of mode: BridgeRule.Mode) -> [(reason: String, remedy: String)] {
        switch mode {
        case .auto:
            [
                (
                    "bridges lead to node ports here, which nodes of a twin can always be reached by; "
                        + "load balancers and entries, which a plan takes where nodes cannot be "
                        + "reached, are not rehearsed",
                    "`diolkos plan` tells what bridges lead to; if it is no node ports, write that as "
                        + "spec.bridges.mode and rehearse again"
                )
            ]
        case .loadBalancer:
            [
                (
                    "the twin's load balancers have an address within seconds and carry within half a "
                        + "minute; what a cloud of yours refuses, or does with annotations, is not "
                        + "played",
                    "make one Service of type LoadBalancer with these annotations at each site"
                )
            ]
        case .entry:
            [
                (
                    "the twin's entries are its own, at addresses of its own, and follow as its proxies "
                        + "do; how long yours take, and what their class makes of a rule, is not played",
                    "let spec.settle be longer than an entry of yours takes to follow an Ingress"
                )
            ]
        case .nodePorts, .podAddresses: []
        }
    }
}
