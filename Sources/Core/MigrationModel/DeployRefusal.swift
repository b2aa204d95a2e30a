/// What lets the API server of a site refuse deployments of a workload while it crosses, and at the target
/// every change by others.
///
/// A ValidatingAdmissionPolicy and the binding that puts it in force:
/// https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ (1.30 and later).
package struct DeployRefusal: Sendable, Hashable {
    private static let apiVersion = "admissionregistration.k8s.io/v1"

    /// What is not to be deployed.
    package let workload: WorkloadID

    /// For the workload of one site.
    package init(of workload: WorkloadID) {
        self.workload = workload
    }

    /// Says what is refused.
    package var policy: ObjectReference { reference("ValidatingAdmissionPolicy") }

    /// Puts the policy in force.
    package var binding: ObjectReference { reference("ValidatingAdmissionPolicyBinding") }

    /// The policy before its binding, as they are made.
    package var objects: [ObjectReference] { [policy, binding] }

    /// Kinds and namespaces have no dots, so no two workloads share a name.
    private func reference(_ kind: String) -> ObjectReference {
        ObjectReference(
            apiVersion: DeployRefusal.apiVersion,
            kind: kind,
            namespace: nil,
            name: "diolkos-freeze.\(workload.kind.lowercased()).\(workload.namespace)."
                + workload.name
        )
    }
}
