import JSONValues
import KubernetesObjects

/// What a server fills into pods and pod templates (`pkg/apis/core/v1/defaults.go`).
enum PodDefaults {
    static func set(pod object: inout JSON) {
        object.change("spec") { spec in
            setSpec(&spec)
            for key in ["initContainers", "containers"] {
                spec.changeEach(key) { $0.change("resources", setRequests) }
            }
            if spec["hostNetwork"]?.bool == true { setHostPorts(&spec) }
            spec.setDefault("enableServiceLinks", true)
        }
        object.change("status") { $0.setDefaultText("phase", "Pending") }
    }

    /// A template at `key`, as workloads have it.
    static func set(template object: inout JSON, at key: String) {
        object.change(key) { template in
            template.setDefault("metadata", .emptyObject)
            template.change("spec") { setSpec(&$0) }
        }
    }

    static func setSpec(_ spec: inout JSON) {
        spec.setDefaultText("dnsPolicy", "ClusterFirst")
        spec.setDefaultText("restartPolicy", "Always")
        spec.setDefault("securityContext", .emptyObject)
        spec.setDefault("terminationGracePeriodSeconds", 30)
        spec.setDefaultText("schedulerName", "default-scheduler")
        // The old name and the new one of one field: each follows the other.
        if let account = spec["serviceAccountName"]?.string {
            spec["serviceAccount"] = .string(account)
        } else if let account = spec["serviceAccount"]?.string {
            spec["serviceAccountName"] = .string(account)
        }
        for key in ["initContainers", "containers", "ephemeralContainers"] {
            spec.changeEach(key) { setContainer(&$0) }
        }
        spec.changeEach("volumes") { setVolume(&$0) }
    }

    private static func setHostPorts(_ spec: inout JSON) {
        for key in ["initContainers", "containers"] {
            spec.changeEach(key) { container in
                container.changeEach("ports") { port in
                    port.setDefaultNumber("hostPort", port["containerPort"]?.int ?? 0)
                }
            }
        }
    }

    private static func setContainer(_ container: inout JSON) {
        container.setDefaultText(
            "imagePullPolicy",
            pullPolicy(image: container["image"]?.string ?? "")
        )
        container.setDefaultText("terminationMessagePath", "/dev/termination-log")
        container.setDefaultText("terminationMessagePolicy", "File")
        container.setDefault("resources", .emptyObject)
        container.changeEach("ports") { $0.setDefaultText("protocol", "TCP") }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            container.change(probe, setProbe)
        }
        container.change("lifecycle") { lifecycle in
            for hook in ["postStart", "preStop"] {
                lifecycle.change(hook) { $0.change("httpGet", setHTTPGet) }
            }
        }
        container.changeEach("env") { variable in
            variable.change("valueFrom") { source in
                source.change("fieldRef") { $0.setDefaultText("apiVersion", "v1") }
            }
        }
    }

    /// A limit stands in for a request that is not made: in pods, not in their templates.
    private static func setRequests(_ resources: inout JSON) {
        guard let limits = resources["limits"]?.object else { return }
        var requests = resources["requests"]?.object ?? [:]
        for (name, quantity) in limits where requests[name] == nil { requests[name] = quantity }
        if !requests.isEmpty { resources["requests"] = .object(requests) }
    }

    private static func setProbe(_ probe: inout JSON) {
        probe.setDefaultNumber("timeoutSeconds", 1)
        probe.setDefaultNumber("periodSeconds", 10)
        probe.setDefaultNumber("successThreshold", 1)
        probe.setDefaultNumber("failureThreshold", 3)
        probe.change("httpGet", setHTTPGet)
        probe.change("grpc") { $0.setDefault("service", "") }
    }

    private static func setHTTPGet(_ get: inout JSON) {
        get.setDefaultText("path", "/")
        get.setDefaultText("scheme", "HTTP")
    }

    /// `Always` for the tag `latest` and for no tag, as in `parsers.ParseImageName`.
    private static func pullPolicy(image: String) -> String {
        if image.contains("@") { return "IfNotPresent" }
        let last = image.split(separator: "/").last ?? ""
        guard let colon = last.lastIndex(of: ":") else { return "Always" }
        return last[last.index(after: colon)...] == "latest" ? "Always" : "IfNotPresent"
    }

    private static let volumeKinds = [
        "secret", "configMap", "downwardAPI", "projected",
    ]

    private static func setVolume(_ volume: inout JSON) {
        if volume.object?.count == 1 { volume["emptyDir"] = .emptyObject }
        for kind in volumeKinds {
            volume.change(kind) { source in source.setDefault("defaultMode", 420) }
        }
        volume.change("hostPath") { $0.setDefault("type", "") }
        volume.change("downwardAPI", setFieldReferences)
        volume.change("projected") { projected in
            projected.changeEach("sources") { source in
                source.change("downwardAPI", setFieldReferences)
                source.change("serviceAccountToken") { $0.setDefault("expirationSeconds", 3_600) }
            }
        }
        volume.change("iscsi") { $0.setDefaultText("iscsiInterface", "default") }
        volume.change("ephemeral") { ephemeral in
            ephemeral.change("volumeClaimTemplate") { template in
                template.change("spec") { $0.setDefault("volumeMode", "Filesystem") }
            }
        }
    }

    private static func setFieldReferences(_ source: inout JSON) {
        source.changeEach("items") { item in
            item.change("fieldRef") { $0.setDefaultText("apiVersion", "v1") }
        }
    }
}
