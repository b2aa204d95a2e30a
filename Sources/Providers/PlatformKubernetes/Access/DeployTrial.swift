import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Tries to deploy a workload without doing it, for a policy is in force only some time after it is made.
///
/// A server runs admission on a dry run as well, and stores nothing:
/// https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run
struct DeployTrial: Sendable {
    private static let annotation = "diolkos.dev/deploy-trial"
    /// Not the name of a run's own writes, which are refused nowhere.
    private static let manager = "diolkos-trial"

    let access: SiteAccess
    let workload: WorkloadID

    /// Whether deployments are refused by what the run made, or not, as is wanted.
    func state(isRefused wanted: Bool) async throws(ProviderError) -> ConditionState {
        let kind = try await access.kind(of: workload.reference)
        do {
            _ = try await access.client.patch(
                kind,
                namespace: workload.namespace,
                name: workload.name,
                .merge(patch),
                options: WriteOptions(isDryRun: true, fieldManager: DeployTrial.manager)
            )
            return wanted
                ? .waiting(seen: "\(access.context) lets \(workload) be deployed still") : .holds
        } catch {
            // What is gone is deployed by nobody, and refused to nobody.
            if error.isNotFound, !wanted { return .holds }
            guard error.isForbidden, "\(error)".contains(DeployRefusal(of: workload).policy.name)
            else { throw access.providerError(error, isWrite: false) }
            return wanted
                ? .holds
                : .waiting(seen: "\(access.context) refuses deployments of \(workload) still")
        }
    }

    /// A deployment of any kind changes what the pods bear.
    private var patch: JSON {
        let template: JSON = ["metadata": ["annotations": [DeployTrial.annotation: "tried"]]]
        return workload.isCronJob
            ? ["spec": ["jobTemplate": template]] : ["spec": ["template": template]]
    }
}
