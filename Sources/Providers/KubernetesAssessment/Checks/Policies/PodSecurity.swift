import JSONValues

/// The Pod Security Standards, as admission holds pods against them
/// (kubernetes.io/docs/concepts/security/pod-security-standards).
///
/// Fields that only Windows knows are left out, and so are a server's own exemptions.
enum PodSecurity {
    /// What a namespace demands of its pods.
    enum Level: String, Sendable, Comparable {
        case privileged
        case baseline
        case restricted

        static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .privileged: 0
            case .baseline: 1
            case .restricted: 2
            }
        }
    }

    /// What of a pod's `spec` a level forbids, in the words of the standards, sorted.
    static func violations(of spec: JSON, level: Level) -> [String] {
        guard level > .privileged else { return [] }
        let containers = ["initContainers", "containers", "ephemeralContainers"].flatMap {
            spec[$0]?.array ?? []
        }
        var found = baseline(spec, containers)
        if level == .restricted { found.formUnion(restricted(spec, containers)) }
        return found.sorted()
    }

    // MARK: - Baseline

    private static let capabilities: Set<String> = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
        "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ]

    private static let sysctls: Set<String> = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
    ]

    private static let seLinuxTypes: Set<String> = [
        "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t",
    ]

    private static func baseline(_ spec: JSON, _ containers: [JSON]) -> Set<String> {
        var found: Set<String> = []
        for field in ["hostNetwork", "hostPID", "hostIPC"] where spec[field] == true {
            found.insert("host namespaces")
        }
        if (spec["volumes"]?.array ?? []).contains(where: { $0["hostPath"] != nil }) {
            found.insert("hostPath volumes")
        }
        for sysctl in spec.at("securityContext", "sysctls")?.array ?? []
        where !sysctls.contains(sysctl["name"]?.string ?? "") {
            found.insert("forbidden sysctls")
        }
        for context in contexts(spec, containers) { found.formUnion(baseline(context: context)) }
        for container in containers {
            let context = container["securityContext"]
            if context?["privileged"] == true { found.insert("privileged") }
            if context?["procMount"].map({ $0 != "Default" }) == true { found.insert("procMount") }
            let added = (context?.at("capabilities", "add")?.array ?? []).compactMap(\.string)
            if !capabilities.isSuperset(of: added) { found.insert("non-default capabilities") }
            if (container["ports"]?.array ?? []).contains(where: { ($0["hostPort"]?.int ?? 0) != 0 }
            ) {
                found.insert("hostPort")
            }
        }
        return found
    }

    private static func baseline(context: JSON) -> Set<String> {
        var found: Set<String> = []
        if context.at("seccompProfile", "type") == "Unconfined" { found.insert("seccompProfile") }
        if context.at("appArmorProfile", "type") == "Unconfined" {
            found.insert("appArmorProfile")
        }
        if let options = context["seLinuxOptions"] {
            let isKnown = seLinuxTypes.contains(options["type"]?.string ?? "")
            let isPlain = ["user", "role"].allSatisfy { options[$0]?.string?.isEmpty ?? true }
            if !isKnown || !isPlain { found.insert("seLinuxOptions") }
        }
        return found
    }

    // MARK: - Restricted

    private static let volumes: Set<String> = [
        "name", "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
        "persistentVolumeClaim", "projected", "secret",
    ]

    private static func restricted(_ spec: JSON, _ containers: [JSON]) -> Set<String> {
        var found: Set<String> = []
        for volume in spec["volumes"]?.array ?? []
        where !volumes.isSuperset(of: (volume.object ?? [:]).keys) {
            found.insert("restricted volume types")
        }
        let pod = spec["securityContext"] ?? .emptyObject
        for container in containers {
            let own = container["securityContext"] ?? .emptyObject
            if own["allowPrivilegeEscalation"]?.bool != false {
                found.insert("allowPrivilegeEscalation != false")
            }
            if (own["runAsNonRoot"] ?? pod["runAsNonRoot"])?.bool != true {
                found.insert("runAsNonRoot != true")
            }
            let profile = own.at("seccompProfile", "type") ?? pod.at("seccompProfile", "type")
            if profile != "RuntimeDefault", profile != "Localhost" {
                found.insert("seccompProfile")
            }
            let dropped = own.at("capabilities", "drop")?.array ?? []
            let added = own.at("capabilities", "add")?.array ?? []
            if !dropped.contains("ALL") || added.contains(where: { $0 != "NET_BIND_SERVICE" }) {
                found.insert("unrestricted capabilities")
            }
        }
        for context in contexts(spec, containers) where context["runAsUser"] == 0 {
            found.insert("runAsUser=0")
        }
        return found
    }

    /// The security contexts of a pod and of its containers.
    private static func contexts(_ spec: JSON, _ containers: [JSON]) -> [JSON] {
        ([spec["securityContext"]] + containers.map { $0["securityContext"] }).compactMap { $0 }
    }
}
