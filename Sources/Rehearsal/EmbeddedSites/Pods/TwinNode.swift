import Clocks
import EmbeddedAPI
import JSONValues

/// One node of a site: its name, its addresses, its Node object.
package struct TwinNode: Sendable {
    package let name: String
    package let address: TwinAddress
    package let labels: [String: String]
    /// The third octet of the addresses of its pods.
    private let octet: UInt8
    private let site: TwinSite
    private let podsMax: Int

    /// `number` counts the nodes of a site from 1.
    package init(site: TwinSite, number: Int, podsMax: Int) {
        precondition((1...254).contains(number), "a site has at most 254 nodes")
        self.site = site
        self.podsMax = podsMax
        octet = UInt8(number)
        name = "\(site.rawValue)-node-\(number)"
        address = TwinAddress(10, site.octet, 255, UInt8(number))
        labels = [
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "beta.kubernetes.io/os": "linux",
            "beta.kubernetes.io/arch": "amd64",
            "topology.kubernetes.io/region": site.rawValue,
            "topology.kubernetes.io/zone": "\(site.rawValue)-\(number)",
        ]
    }

    /// The address of the pod that is `index`th on this node; addresses repeat after 254 pods.
    package func podAddress(_ index: Int) -> TwinAddress {
        TwinAddress(10, site.octet, octet, UInt8(index % 254 + 1))
    }

    package func object(now: WallTime) -> JSON {
        let resources: JSON = [
            "cpu": "8", "memory": "32Gi", "ephemeral-storage": "100Gi",
            "pods": .string("\(podsMax)"),
        ]
        return [
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": [
                "name": .string(name), "labels": .object(labels.mapValues(JSON.string)),
            ],
            "spec": ["podCIDR": .string("10.\(site.octet).\(octet).0/24")],
            "status": [
                "addresses": [
                    ["type": "InternalIP", "address": .string(address.description)],
                    ["type": "Hostname", "address": .string(name)],
                ],
                "capacity": resources,
                "allocatable": resources,
                "nodeInfo": [
                    "operatingSystem": "linux", "architecture": "amd64",
                    "kubeletVersion": "v1.36.0+twin", "kubeProxyVersion": "v1.36.0+twin",
                    "containerRuntimeVersion": "twin://1", "kernelVersion": "0",
                    "osImage": "Diolkos twin", "bootID": "", "machineID": "", "systemUUID": "",
                ],
                "conditions": .array(conditions(since: now, now: now)),
            ],
        ]
    }

    /// Where the leases of nodes are.
    package static let leases = "kube-node-lease"

    /// By which a node shows that it is alive.
    package func lease(now: WallTime) -> JSON {
        [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": ["name": .string(name), "namespace": .string(Self.leases)],
            "spec": [
                "holderIdentity": .string(name), "leaseDurationSeconds": 40,
                "renewTime": .string(now.rfc3339Micro),
            ],
        ]
    }

    /// What a node that is well says of itself.
    package func conditions(since: WallTime, now: WallTime) -> [JSON] {
        let claims: [(String, JSON, String, String)] = [
            ("MemoryPressure", "False", "KubeletHasSufficientMemory", "memory is sufficient"),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure", "disk is sufficient"),
            ("PIDPressure", "False", "KubeletHasSufficientPID", "process identifiers suffice"),
            ("Ready", "True", "KubeletReady", "the twin's node is ready"),
        ]
        return claims.map { type, status, reason, message in
            [
                "type": .string(type), "status": status, "reason": .string(reason),
                "message": .string(message), "lastHeartbeatTime": .string(now.rfc3339),
                "lastTransitionTime": .string(since.rfc3339),
            ]
        }
    }
}
