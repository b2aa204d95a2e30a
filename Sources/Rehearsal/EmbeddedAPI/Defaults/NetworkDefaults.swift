import JSONValues
import KubernetesObjects

/// What a server fills into Services, endpoints, Ingresses and policies.
enum NetworkDefaults {
    /// Addresses and node ports are not defaults; the registry draws them (`ServiceAllocation`).
    static func set(service object: inout JSON) {
        object.change("spec") { spec in
            spec.setDefaultText("sessionAffinity", "None")
            if spec["sessionAffinity"] == "None" { spec["sessionAffinityConfig"] = nil }
            if spec["sessionAffinity"] == "ClientIP", spec["sessionAffinityConfig"] == nil {
                spec.set(10_800, at: "sessionAffinityConfig", "clientIP", "timeoutSeconds")
            }
            spec.setDefaultText("type", "ClusterIP")
            spec.changeEach("ports") { port in
                port.setDefaultText("protocol", "TCP")
                if port["targetPort"] == nil || port["targetPort"] == 0
                    || port["targetPort"] == ""
                {
                    port["targetPort"] = port["port"] ?? 0
                }
            }
            let type = spec["type"]?.string ?? ""
            let isExternal = type == "NodePort" || type == "LoadBalancer"
            let hasExternalAddresses = spec["externalIPs"]?.array?.isEmpty == false
            if isExternal || (type == "ClusterIP" && hasExternalAddresses) {
                spec.setDefaultText("externalTrafficPolicy", "Cluster")
            }
            if type == "NodePort" || type == "LoadBalancer" || type == "ClusterIP" {
                spec.setDefault("internalTrafficPolicy", "Cluster")
            }
            if type == "LoadBalancer" { spec.setDefault("allocateLoadBalancerNodePorts", true) }
        }
        object.change("status") { status in
            status.change("loadBalancer") { balancer in
                balancer.changeEach("ingress") { ingress in
                    if ingress["ip"] != nil { ingress.setDefault("ipMode", "VIP") }
                }
            }
        }
    }

    static func set(endpoints object: inout JSON) {
        object.changeEach("subsets") { subset in
            subset.changeEach("ports") { $0.setDefaultText("protocol", "TCP") }
        }
    }

    static func set(endpointSlice object: inout JSON) {
        object.changeEach("ports") { port in
            port.setDefault("name", "")
            port.setDefault("protocol", "TCP")
        }
    }

    static func set(networkPolicy object: inout JSON) {
        object.change("spec") { spec in
            for key in ["ingress", "egress"] {
                spec.changeEach(key) { rule in
                    rule.changeEach("ports") { $0.setDefault("protocol", "TCP") }
                }
            }
            if spec["policyTypes"]?.array?.isEmpty ?? true {
                let hasEgress = spec["egress"]?.array?.isEmpty == false
                spec["policyTypes"] = hasEgress ? ["Ingress", "Egress"] : ["Ingress"]
            }
        }
    }

    static func set(ingressClass object: inout JSON) {
        object.change("spec") { spec in
            spec.change("parameters") { $0.setDefault("scope", "Cluster") }
        }
    }
}
