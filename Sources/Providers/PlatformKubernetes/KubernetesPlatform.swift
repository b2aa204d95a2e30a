import Clocks
import HTTPTransport
import KubernetesAPI
import MigrationModel
import MigrationPorts

/// One Kubernetes cluster as a site of a migration.
///
/// What it creates bears the run's mark; what it changes of others carries the resourceVersion that
/// was read, so that nobody else's change is overwritten. Originals are read from the counterpart
/// when a step is made, so no content of a Secret passes through plan or journal.
package struct KubernetesPlatform: Platform {
    private let access: SiteAccess
    private let entry: EntryProber?
    private let tls: SiteTLS
    private let refreshes: RecentRefreshes?

    /// `entry` asks the site's own entry for hosts, nil when nothing is known of it; `tls` is where TLS is
    /// spoken to the site; `copiedForm` is what a copy made before makes of what pods read; without
    /// `refreshes` bridges are looked at whenever they are to be led anew.
    package init(
        site: SiteRole,
        client: KubernetesClient,
        counterpart: KubernetesClient,
        context: String,
        sealing: any BeforeImageSealing,
        entry: EntryProber?,
        tls: SiteTLS = SiteTLS(),
        copiedForm: CopiedForm = CopiedForm(),
        refreshes: RecentRefreshes? = nil,
        time: any TimeSource
    ) {
        access = SiteAccess(
            site: site,
            context: context,
            client: client,
            counterpart: counterpart,
            sealing: sealing,
            time: time,
            copiedForm: copiedForm
        )
        self.entry = entry
        self.tls = tls
        self.refreshes = refreshes
    }

    package func inventory(
        namespaces: [String]
    ) async throws(ProviderError) -> SiteInventory {
        try await SiteReader(access: access, namespaces: namespaces.sorted()).read()
    }

    package func survey(_ change: SiteChange) async throws(ProviderError) -> BeforeImage {
        try await maker(of: change).survey()
    }

    package func perform(
        _ change: SiteChange,
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        try await maker(of: change).perform(from: before, mark: mark)
    }

    package func undo(
        _ change: SiteChange,
        to before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) {
        try await maker(of: change).undo(to: before, mark: mark)
    }

    package func check(
        _ condition: Condition,
        replicas: Int?
    ) async throws(ProviderError) -> ConditionState {
        try await ConditionChecker(access: access, entry: entry, tls: tls)
            .check(condition, replicas: replicas)
    }

    package func explain(_ condition: Condition) async throws(ProviderError) -> String? {
        guard case .ready(_, let workload, _) = condition else { return nil }
        return try await UnreadyPods(access: access, workload: workload).reason()
    }

    private func maker(of change: SiteChange) -> any ChangeMaker {
        switch change {
        case .create(let objects): ObjectCreation(access: access, objects: objects)
        case .addLocalName(let service): LocalNameAddition(access: access, service: service)
        case .addBridge(let service):
            BridgeAddition(access: access, service: service, recent: refreshes)
        case .admitBridges(let admission):
            PolicyAddition(access: access, admission: admission)
        case .refuseDeploys(let workload):
            DeployRefusing(access: access, workload: workload, scope: .deployments)
        case .refuseChanges(let workload):
            DeployRefusing(access: access, workload: workload, scope: .changesOfOthers)
        case .admitKeeper(let keeper): KeeperAdmission(access: access, keeper: keeper)
        case .runKeeper(let keeper): KeeperDeployment(access: access, keeper: keeper)
        case .refreshBridges(let namespaces):
            BridgeRefresh(access: access, namespaces: namespaces, recent: refreshes)
        case .tryBridges(let trial): BridgeTrialJob(access: access, trial: trial)
        case .listen(let listener): ListenerOpening(access: access, listener: listener)
        case .tryTransfer(let transfer): TransferTrialJob(access: access, transfer: transfer)
        case .stopListening(let listener): ListenerClosing(access: access, listener: listener)
        case .runProbe(let probe): ProbeRun(access: access, probe: probe)
        case .removeProbe(let probe): ProbeRemoval(access: access, probe: probe)
        case .removeBridge(let service):
            BridgeRemoval(access: access, service: service, recent: refreshes)
        case .addSelector(let service):
            SelectorChange(access: access, service: service, selects: true)
        case .removeSelector(let service):
            SelectorChange(access: access, service: service, selects: false)
        case .scale(let workload, let replicas):
            Scaling(access: access, workload: workload, replicas: replicas)
        case .runOrdinals(let workload, let ordinals):
            OrdinalChange(access: access, workload: workload, ordinals: ordinals)
        case .suspend(let workload):
            ScheduleChange(access: access, workload: workload, isSuspended: true)
        case .resume(let workload):
            ScheduleChange(access: access, workload: workload, isSuspended: false)
        case .pointEntryToLocalNames(let entry, let services):
            EntryTurn(access: access, entry: entry, services: services, direction: .toLocalNames)
        case .pointEntryToNames(let entry, let services):
            EntryTurn(access: access, entry: entry, services: services, direction: .toNames)
        case .delete(let objects): ObjectDeletion(access: access, objects: objects)
        case .removeMarks(let objects): MarkRemoval(access: access, objects: objects)
        }
    }
}

/// How one kind of change is surveyed, made and undone.
///
/// Each file of `Changes` holds one.
protocol ChangeMaker: Sendable {
    /// Reads what undoing will need; changes nothing.
    func survey() async throws(ProviderError) -> BeforeImage
    /// Makes the change, as the first time or again.
    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt
    /// Gives back what was recorded; harmless if the change was never made.
    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError)
}
