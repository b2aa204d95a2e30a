import Clocks
import HTTPTransport
import JSONValues
import KubernetesAPI
import MigrationEngine
import MigrationModel
import MigrationPorts
import PlatformKubernetes

/// One site, connected: what the providers are made of.
package struct SiteConnection: Sendable {
    /// The kubeconfig context: what people call the site.
    package let context: String
    /// Speaks to the site's API.
    package let client: KubernetesClient
    /// Leads to the site's own entry; nil when nothing is known of it.
    package let entry: (any HTTPTransport)?
    /// Where TLS is spoken to it.
    package var tls: SiteTLS

    package init(
        context: String,
        client: KubernetesClient,
        entry: (any HTTPTransport)?,
        tls: SiteTLS = SiteTLS()
    ) {
        self.context = context
        self.client = client
        self.entry = entry
        self.tls = tls
    }
}

/// Both sites and the balancer before them, connected.
package struct MigrationAccess: Sendable {
    /// The site that is left.
    package let source: SiteConnection
    /// The site that is reached.
    package let target: SiteConnection
    /// The balancer before both.
    package let traffic: any TrafficProvider
    /// What looks at measurements and answers.
    package let verifier: any Verifier
    /// What moves the writers of stores.
    package let stores: any StoreProvider
    /// What everything that is made of these waits by.
    package let time: any TimeSource
    /// The same in the words of other programs; nil where no script of them is kept.
    package let plainCommands: PlainCommands?
    /// Asked before anything is sent to the sites that changes them, leases apart.
    package let fence: WriteFence
    /// What a copy of the migration makes of a ConfigMap or a Secret on its way; nil where it arrives as it is.
    package let copying: (@Sendable (JSON) throws -> JSON)?

    package init(
        source: SiteConnection,
        target: SiteConnection,
        traffic: any TrafficProvider,
        verifier: any Verifier = NoVerifier(),
        stores: any StoreProvider = NoStores(),
        time: any TimeSource,
        plainCommands: PlainCommands? = nil,
        fence: WriteFence = WriteFence(),
        copying: (@Sendable (JSON) throws -> JSON)? = nil
    ) {
        self.source = source
        self.target = target
        self.traffic = traffic
        self.verifier = verifier
        self.stores = stores
        self.time = time
        self.plainCommands = plainCommands
        self.fence = fence
        self.copying = copying
    }

    package subscript(site: SiteRole) -> SiteConnection { site == .source ? source : target }

    /// The sites as the engine speaks to them; what they must not show is sealed by `sealing`.
    package func world(sealing: any BeforeImageSealing) -> MigrationWorld {
        MigrationWorld(
            source: platform(.source, sealing),
            target: platform(.target, sealing),
            traffic: traffic,
            verifier: verifier,
            stores: stores
        )
    }

    /// The leases of this migration at both sites.
    package func leases(of migration: String) -> LeasePair {
        LeasePair(source: lease(.source, migration), target: lease(.target, migration))
    }

    private func platform(_ site: SiteRole, _ sealing: any BeforeImageSealing) -> any Platform {
        KubernetesPlatform(
            site: site,
            client: self[site].client.guarded { [fence] in fence.refusal },
            counterpart: self[site.counterpart].client,
            context: self[site].context,
            sealing: sealing,
            entry: self[site].entry.map(EntryProber.init(transport:)),
            tls: self[site].tls,
            copiedForm: CopiedForm(copying),
            refreshes: RecentRefreshes(),
            time: time
        )
    }

    private func lease(_ site: SiteRole, _ migration: String) -> any RunLease {
        KubernetesRunLease(
            site: site,
            client: self[site].client,
            context: self[site].context,
            migration: migration,
            time: time
        )
    }
}
