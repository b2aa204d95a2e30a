import JSONValues
import KubernetesObjects

/// What a server fills into bindings, autoscalers, events, classes and webhooks.
enum PolicyDefaults {
    private static let rbac = "rbac.authorization.k8s.io"

    static func set(binding object: inout JSON) {
        object.change("roleRef") { $0.setDefaultText("apiGroup", rbac) }
        object.changeEach("subjects") { subject in
            if subject["kind"] == "User" || subject["kind"] == "Group" {
                subject.setDefaultText("apiGroup", rbac)
            }
        }
    }

    /// Version 2, in which autoscalers are stored.
    static func set(autoscaler object: inout JSON) {
        object.change("spec") { spec in
            spec.setDefault("minReplicas", 1)
            if spec["metrics"]?.array?.isEmpty ?? true {
                spec["metrics"] = [
                    [
                        "type": "Resource",
                        "resource": [
                            "name": "cpu",
                            "target": ["type": "Utilization", "averageUtilization": 80],
                        ],
                    ]
                ]
            }
            spec.change("behavior", setBehavior)
        }
    }

    private static func setBehavior(_ behavior: inout JSON) {
        let percent: JSON = ["type": "Percent", "value": 100, "periodSeconds": 15]
        let pods: JSON = ["type": "Pods", "value": 4, "periodSeconds": 15]
        behavior.setDefault("scaleUp", .emptyObject)
        behavior.setDefault("scaleDown", .emptyObject)
        behavior.change("scaleUp") { rules in
            rules.setDefault("stabilizationWindowSeconds", 0)
            rules.setDefault("selectPolicy", "Max")
            rules.setDefault("policies", [pods, percent])
        }
        behavior.change("scaleDown") { rules in
            rules.setDefault("selectPolicy", "Max")
            rules.setDefault("policies", [percent])
        }
    }

    static func set(priorityClass object: inout JSON) {
        object.setDefault("preemptionPolicy", "PreemptLowerPriority")
    }

    static func set(webhooks object: inout JSON) {
        let isMutating = object.kind == "MutatingWebhookConfiguration"
        object.changeEach("webhooks") { hook in
            hook.setDefault("failurePolicy", "Fail")
            hook.setDefault("matchPolicy", "Equivalent")
            hook.setDefault("namespaceSelector", .emptyObject)
            hook.setDefault("objectSelector", .emptyObject)
            hook.setDefault("timeoutSeconds", 10)
            if isMutating { hook.setDefault("reinvocationPolicy", "Never") }
            hook.changeEach("rules") { $0.setDefault("scope", "*") }
            hook.change("clientConfig") { client in
                client.change("service") { $0.setDefault("port", 443) }
            }
        }
    }

    static func set(admissionPolicy object: inout JSON) {
        object.change("spec") { spec in
            spec.setDefault("failurePolicy", "Fail")
            spec.change("matchConstraints") { constraints in
                constraints.setDefault("matchPolicy", "Equivalent")
                constraints.setDefault("namespaceSelector", .emptyObject)
                constraints.setDefault("objectSelector", .emptyObject)
                constraints.changeEach("resourceRules") { $0.setDefault("scope", "*") }
            }
        }
    }
}
