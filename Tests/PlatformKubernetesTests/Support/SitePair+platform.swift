import ControlPlaneSupport
import KubernetesAPI
import MigrationModel
import MigrationPorts
import PlatformKubernetes

extension SitePair {
    func platform(_ role: SiteRole, tls: SiteTLS = SiteTLS()) -> any Platform {
        KubernetesPlatform(
            site: role,
            client: self[role].watched,
            counterpart: self[role.counterpart].watched,
            context: "the \(role.rawValue)",
            sealing: NothingToSeal(),
            entry: nil,
            tls: tls,
            time: time
        )
    }

    func lease(_ role: SiteRole, of migration: String) -> any RunLease {
        KubernetesRunLease(
            site: role,
            client: self[role].watched,
            context: "the \(role.rawValue)",
            migration: migration,
            time: time
        )
    }
}
