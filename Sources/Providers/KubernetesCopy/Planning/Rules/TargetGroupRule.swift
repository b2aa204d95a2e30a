import JSONValues
import KubernetesObjects
import MigrationModel

/// A target group that two clusters bind loses the targets of one of them (aws-load-balancer-controller
/// 2173), unless both say that they share it.
struct TargetGroupRule: DetailRule {
    func staying(_ object: JSON, _ key: CopyKey) -> Staying? {
        guard object.groupKind == "TargetGroupBinding.elbv2.k8s.aws" else { return nil }
        if object.labels["ingress.k8s.aws/stack"] != nil
            || object.labels["ingress.k8s.aws/stack-name"] != nil
            || object.labels["service.k8s.aws/stack-name"] != nil
        {
            return Staying(reason: "the load balancer controller makes it")
        }
        guard object.at("spec", "multiClusterTargetGroup")?.bool != true else { return nil }
        return Staying(
            reason: "its target group is bound by the source",
            finding: Finding(
                check: "target-group-bound",
                severity: .decide,
                objects: ["\(key)"],
                reason: "a copy would take the source's pods out of the target group; "
                    + "it is not copied",
                remedy: "Bind a target group of its own at the target, or make both bindings anew "
                    + "with spec.multiClusterTargetGroup."
            )
        )
    }
}
