import JSONValues
import KubernetesObjects

/// What a Service keeps when an update leaves it out, and loses when its type needs it no more.
///
/// `NormalizeClusterIPs`, `patchAllocatedValues` and `dropTypeDependentFields` of the original.
enum ServiceUpdate {
    static func normalize(_ object: inout JSON, from old: JSON?) {
        followAddress(&object, old)
        guard let old else { return }
        keepAllocated(&object, old)
        dropUnneeded(&object, old)
    }

    /// `clusterIP` and the first of `clusterIPs` are one value; whichever was changed leads.
    private static func followAddress(_ object: inout JSON, _ old: JSON?) {
        let address = object.at("spec", "clusterIP")?.string ?? ""
        let addresses = object.at("spec", "clusterIPs")?.array ?? []
        guard let old else {
            if !address.isEmpty, addresses.isEmpty {
                object.set([.string(address)], at: "spec", "clusterIPs")
            }
            if address.isEmpty, let first = addresses.first {
                object.set(first, at: "spec", "clusterIP")
            }
            return
        }
        let oldAddress = old.at("spec", "clusterIP")?.string ?? ""
        let oldAddresses = old.at("spec", "clusterIPs")?.array ?? []
        if address != oldAddress, addresses == oldAddresses || addresses.isEmpty {
            object.set(address.isEmpty ? nil : [.string(address)], at: "spec", "clusterIPs")
        } else if addresses != oldAddresses, address == oldAddress, addresses.isEmpty {
            object.remove(at: "spec", "clusterIP")
        }
    }

    private static func keepAllocated(_ object: inout JSON, _ old: JSON) {
        if needsAddress(old), needsAddress(object) {
            for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]
            where object.at("spec", key) == nil || object.at("spec", key) == "" {
                object.set(old.at("spec", key), at: "spec", key)
            }
        }
        if needsPorts(old), needsPorts(object) {
            var byName: [String: JSON] = [:]
            for port in old.at("spec", "ports")?.array ?? [] {
                byName[port["name"]?.string ?? ""] = port["nodePort"]
            }
            let used = Set((object.at("spec", "ports")?.array ?? []).map { $0["nodePort"] })
            object.change("spec") { spec in
                spec.changeEach("ports") { port in
                    guard (port["nodePort"]?.int ?? 0) == 0,
                        let kept = byName[port["name"]?.string ?? ""], !used.contains(kept)
                    else { return }
                    port["nodePort"] = kept
                }
            }
        }
        if needsHealthPort(old), needsHealthPort(object),
            (object.at("spec", "healthCheckNodePort")?.int ?? 0) == 0
        {
            object.set(
                old.at("spec", "healthCheckNodePort"),
                at: "spec",
                "healthCheckNodePort"
            )
        }
    }

    private static func dropUnneeded(_ object: inout JSON, _ old: JSON) {
        if needsAddress(old), !needsAddress(object) {
            for key in [
                "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy",
                "internalTrafficPolicy",
            ] where object.at("spec", key) == old.at("spec", key) {
                object.remove(at: "spec", key)
            }
        }
        if needsPorts(old), !needsPorts(object) {
            let oldPorts = old.at("spec", "ports")?.array ?? []
            let ports = object.at("spec", "ports")?.array ?? []
            if ports.map({ $0["nodePort"] }) == oldPorts.map({ $0["nodePort"] }) {
                object.change("spec") { spec in
                    spec.changeEach("ports") { $0["nodePort"] = nil }
                }
            }
            if object.at("spec", "type") != "LoadBalancer" {
                object.remove(at: "spec", "externalTrafficPolicy")
            }
        }
        if needsHealthPort(old), !needsHealthPort(object) {
            object.remove(at: "spec", "healthCheckNodePort")
        }
        if old.at("spec", "type") == "LoadBalancer", object.at("spec", "type") != "LoadBalancer" {
            object.remove(at: "spec", "allocateLoadBalancerNodePorts")
            object.remove(at: "spec", "loadBalancerClass")
            object.remove(at: "status", "loadBalancer", "ingress")
        }
    }

    private static func needsAddress(_ service: JSON) -> Bool {
        service.at("spec", "type") != "ExternalName"
    }

    private static func needsPorts(_ service: JSON) -> Bool {
        ["NodePort", "LoadBalancer"].contains(service.at("spec", "type")?.string)
    }

    private static func needsHealthPort(_ service: JSON) -> Bool {
        service.at("spec", "type") == "LoadBalancer"
            && service.at("spec", "externalTrafficPolicy") == "Local"
    }
}
