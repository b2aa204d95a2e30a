import JSONValues
import KubernetesCopy
import MigrationFile
import MigrationModel
import Rehearsing
import SiteSupport
import Twin

/// What rehearsals are made of here: a file that moves `shop`, sites to rehearse it with, and their reports.
enum SmallShop {
    /// How long each weight soaks, in milliseconds.
    static let soak = 1_500

    static func file() -> MigrationFile {
        var file = MigrationFile(
            name: "shop",
            source: SiteAddress(context: "here"),
            target: SiteAddress(context: "there"),
            namespaces: ["shop"],
            traffic: TrafficRule(balancer: .twin(url: "http://127.0.0.1", front: nil)),
            settle: .seconds(1)
        )
        file.ramp.limits.soakMilliseconds = soak
        return file
    }

    static func workload(_ name: String) -> WorkloadID {
        WorkloadID(kind: "Deployment", namespace: "shop", name: name)
    }

    static func export(
        _ more: [JSON] = [],
        beside estate: [JSON] = DemoEstate.manifests(of: ShopServices.three)
    ) async throws -> SiteExport {
        let manifests = estate + more
        let source = try FileSource(
            name: "estate",
            files: manifests.enumerated().map { index, manifest in
                FileSource.File(name: "\(index).json", bytes: manifest.encoded())
            }
        )
        return try await SiteExport.read(source, namespaces: ["shop"])
    }

    static func report(
        _ file: MigrationFile,
        _ export: SiteExport,
        schedules: Int,
        _ change: (inout RehearsalSettings) -> Void = { _ in }
    ) async throws -> RehearsalReport {
        var settings = RehearsalSettings()
        settings.schedules = schedules
        change(&settings)
        return try await Rehearsal(
            file,
            source: export,
            target: SiteExport(emptyNamed: "there"),
            settings: settings
        ).run()
    }
}
