// swift-tools-version: 6.2
import PackageDescription

// Targets in dependency order; ARCHITECTURE.md says in a line what each is for.

/// `Scripts/test` and CI set it: every warning of ours is an error there, and not on the machine
/// of somebody whose newer compiler warns of more.
let isStrict = Context.environment["DIOLKOS_STRICT"] != nil

/// Release builds look into the small functions of other targets (JSON, schemas) instead of calling them: a
/// rehearsed run takes a third less processor time.
let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

/// Debug builds optimise what embedded clusters spend their time in, too: schedules of the simulator then take less
/// than half the time.
let hot: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

func target(
    _ name: String,
    in folder: String,
    _ dependencies: [Target.Dependency] = [],
    resources: [Resource]? = nil,
    isHot: Bool = false
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "Sources/\(folder)/\(name)",
        resources: resources,
        swiftSettings: settings + (isHot ? hot : [])
    )
}

func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    resources: [Resource]? = nil
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        path: "Tests/\(name)",
        resources: resources,
        swiftSettings: settings
    )
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]

let core: [Target] = [
    target("JSONValues", in: "Core", isHot: true),
    target("YAMLDocuments", in: "Core", ["JSONValues", .product(name: "Yams", package: "Yams")]),
    target("Clocks", in: "Core"),
    target(
        "Sealing",
        in: "Core",
        [
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "CryptoExtras", package: "swift-crypto"),
        ]
    ),
    target("MigrationModel", in: "Core", ["JSONValues", "Sealing"]),
    target("MigrationFile", in: "Core", ["MigrationModel", "JSONValues", "YAMLDocuments"]),
    target("MigrationPorts", in: "Core", ["MigrationModel", "JSONValues"]),
    target(
        "MigrationPlanning",
        in: "Core",
        ["MigrationFile", "MigrationModel", "MigrationPorts", "JSONValues"]
    ),
    target(
        "MigrationEngine",
        in: "Core",
        ["MigrationModel", "MigrationPorts", "Clocks", "JSONValues", "Sealing"]
    ),
]

let wires: [Target] = [
    target("HTTPTransport", in: "Wires", ["Clocks", "JSONValues"]),
    target(
        "HTTPTransportNIO",
        in: "Wires",
        [
            "HTTPTransport", "Clocks",
            .product(name: "AsyncHTTPClient", package: "async-http-client"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
            .product(name: "NIOTLS", package: "swift-nio"),
            .product(name: "NIOExtras", package: "swift-nio-extras"),
            .product(name: "NIOSOCKS", package: "swift-nio-extras"),
        ] + nio
    ),
    target("KubernetesObjects", in: "Wires", ["JSONValues"], isHot: true),
    target(
        "Certificates",
        in: "Wires",
        [
            "Clocks", "JSONValues",
            .product(name: "X509", package: "swift-certificates"),
            .product(name: "SwiftASN1", package: "swift-asn1"),
            .product(name: "Crypto", package: "swift-crypto"),
        ]
    ),
    target("ConnectionTrials", in: "Wires", ["KubernetesObjects", "JSONValues"]),
    target(
        "KubernetesAPI",
        in: "Wires",
        [
            "HTTPTransport", "KubernetesObjects", "JSONValues", "YAMLDocuments", "Clocks",
            .product(name: "Subprocess", package: "swift-subprocess"),
        ]
    ),
    target("HAProxyRuntime", in: "Wires", ["Clocks"] + nio),
]

let providers: [Target] = [
    target(
        "PlatformKubernetes",
        in: "Providers",
        [
            "MigrationModel", "MigrationPorts", "KubernetesAPI", "KubernetesObjects",
            "ConnectionTrials", "Certificates", "JSONValues", "HTTPTransport", "Clocks",
        ]
    ),
    target(
        "KubernetesCopy",
        in: "Providers",
        [
            "MigrationModel", "KubernetesAPI", "KubernetesObjects", "HTTPTransport", "JSONValues",
            "YAMLDocuments", "Sealing", "Clocks",
        ]
    ),
    target(
        "KubernetesAssessment",
        in: "Providers",
        [
            "MigrationModel", "KubernetesCopy", "KubernetesAPI", "KubernetesObjects",
            "ConnectionTrials", "Certificates", "HTTPTransport", "JSONValues", "Clocks",
        ]
    ),
    target(
        "TrafficHAProxy",
        in: "Providers",
        [
            "MigrationModel", "MigrationPorts", "HAProxyRuntime", "HTTPTransport", "JSONValues",
            "Clocks",
        ]
    ),
    target(
        "TrafficKubernetes",
        in: "Providers",
        [
            "MigrationModel", "MigrationPorts", "KubernetesAPI", "KubernetesObjects",
            "HTTPTransport", "JSONValues", "Clocks",
        ]
    ),
    target(
        "TrafficTwin",
        in: "Providers",
        ["MigrationModel", "MigrationPorts", "HTTPTransport", "JSONValues", "Clocks"]
    ),
    target(
        "Verification",
        in: "Providers",
        [
            "MigrationModel", "MigrationPorts", "KubernetesAPI", "HTTPTransport", "JSONValues",
            "Clocks",
        ]
    ),
    target(
        "StorePrograms",
        in: "Providers",
        ["MigrationModel", "MigrationPorts", "KubernetesAPI", "HTTPTransport"]
    ),
    target(
        "JournalSQLite",
        in: "Providers",
        [
            "MigrationModel", "MigrationPorts", "JSONValues", "Sealing", "Clocks",
            .product(name: "GRDB", package: "GRDB.swift"),
        ]
    ),
]

let rehearsal: [Target] = [
    target(
        "EmbeddedAPI",
        in: "Rehearsal",
        [
            "KubernetesObjects", "JSONValues", "YAMLDocuments", "HTTPTransport", "Clocks",
            "Sealing",
        ],
        isHot: true
    ),
    target(
        "EmbeddedControllers",
        in: "Rehearsal",
        ["EmbeddedAPI", "KubernetesObjects", "JSONValues", "Clocks"],
        isHot: true
    ),
    target(
        "EmbeddedSites",
        in: "Rehearsal",
        [
            "EmbeddedAPI", "KubernetesObjects", "ConnectionTrials", "HTTPTransport", "JSONValues",
            "Clocks",
        ]
    ),
    target(
        "Simulation",
        in: "Rehearsal",
        [
            "EmbeddedAPI", "EmbeddedControllers", "EmbeddedSites", "MigrationEngine",
            "MigrationFile", "MigrationModel", "MigrationPlanning", "MigrationPorts",
            "PlatformKubernetes", "KubernetesAPI", "KubernetesObjects", "ConnectionTrials",
            "HTTPTransport", "JSONValues", "Sealing", "Clocks",
        ]
    ),
    target(
        "Rehearsing",
        in: "Rehearsal",
        [
            "Simulation", "EmbeddedSites", "MigrationEngine", "MigrationFile", "MigrationModel",
            "MigrationPlanning", "KubernetesAssessment", "KubernetesCopy", "KubernetesAPI",
            "KubernetesObjects", "JSONValues", "Sealing", "Clocks",
        ]
    ),
    target(
        "EmbeddedNodes",
        in: "Rehearsal",
        [
            "EmbeddedAPI", "EmbeddedSites", "KubernetesObjects", "ConnectionTrials", "JSONValues",
            "Clocks",
            "HTTPTransport",
        ] + nio
    ),
    target(
        "LoadGenerator",
        in: "Rehearsal",
        [.product(name: "Histogram", package: "hdrhistogram-swift"), "Clocks"] + nio
    ),
    target(
        "Twin",
        in: "Rehearsal",
        [
            "EmbeddedAPI", "EmbeddedControllers", "EmbeddedNodes", "EmbeddedSites",
            "KubernetesObjects",
            "JSONValues", "YAMLDocuments", "Clocks", "HTTPTransport", "HTTPTransportNIO",
            "Certificates",
            .product(name: "HummingbirdCore", package: "hummingbird"),
            .product(name: "HummingbirdTLS", package: "hummingbird"),
            .product(name: "HTTPTypes", package: "swift-http-types"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
        ]
    ),
]

let surfaces: [Target] = [
    target(
        "Composition",
        in: "Surfaces",
        [
            "MigrationModel", "MigrationFile", "MigrationPorts", "MigrationPlanning",
            "MigrationEngine", "PlatformKubernetes", "KubernetesCopy", "TrafficHAProxy",
            "TrafficKubernetes", "TrafficTwin", "Verification", "StorePrograms", "JournalSQLite",
            "KubernetesAPI", "HTTPTransport", "HTTPTransportNIO", "HAProxyRuntime", "Clocks",
            "JSONValues", "YAMLDocuments", "Sealing",
        ]
    ),
    target(
        "Control",
        in: "Surfaces",
        [
            "Composition", "MigrationModel", "MigrationFile", "MigrationPorts",
            "MigrationPlanning", "MigrationEngine", "Clocks", "JSONValues",
        ]
    ),
    target(
        "CommandLine",
        in: "Surfaces",
        [
            "Control", "Composition", "Twin", "LoadGenerator", "MigrationModel", "MigrationPorts",
            "MigrationEngine", "MigrationFile", "MigrationPlanning", "EmbeddedAPI",
            "Rehearsing", "Simulation", "EmbeddedNodes", "EmbeddedSites", "KubernetesAPI",
            "KubernetesAssessment",
            "KubernetesCopy",
            "KubernetesObjects", "HTTPTransport", "HTTPTransportNIO", "HAProxyRuntime",
            "TrafficHAProxy", "TrafficTwin",
            "YAMLDocuments", "Clocks", "JSONValues", "Sealing",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]
    ),
    .executableTarget(
        name: "CopyBench",
        dependencies: [
            "KubernetesCopy", "KubernetesAPI", "KubernetesObjects", "EmbeddedAPI", "Twin",
            "HTTPTransport", "HTTPTransportNIO", "ControlPlaneSupport", "MigrationModel",
            "JSONValues", "Clocks",
        ],
        path: "Benchmarks/CopyBench",
        swiftSettings: settings
    ),
    .executableTarget(
        name: "AssessBench",
        dependencies: [
            "KubernetesAssessment", "KubernetesCopy", "KubernetesAPI", "KubernetesObjects", "Twin",
            "EmbeddedAPI", "HTTPTransport", "HTTPTransportNIO", "ControlPlaneSupport",
            "JSONValues", "Clocks",
        ],
        path: "Benchmarks/AssessBench",
        swiftSettings: settings
    ),
    .executableTarget(
        name: "Simulate",
        dependencies: [
            "Simulation", "EmbeddedSites", "Twin", "MigrationFile", "MigrationModel", "JSONValues",
            "Clocks",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        path: "Sources/Surfaces/Simulate",
        swiftSettings: settings
    ),
    .executableTarget(
        name: "diolkos",
        dependencies: [
            "CommandLine",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        path: "Sources/Surfaces/diolkos",
        swiftSettings: settings
    ),
]

/// What more than one suite needs: the journal's contract with a journal in memory that keeps it, a
/// real control plane on this machine, and all that a site holds, to be compared.
let testSupport: [Target] = [
    .target(
        name: "JournalSupport",
        dependencies: ["MigrationModel", "MigrationPorts", "JSONValues", "Sealing"],
        path: "Tests/JournalSupport",
        swiftSettings: settings
    ),
    .target(
        name: "ControlPlaneSupport",
        dependencies: [
            "HTTPTransport", "HTTPTransportNIO", "KubernetesAPI", "KubernetesObjects",
            "MigrationModel", "EmbeddedAPI", "EmbeddedControllers", "EmbeddedNodes", "JSONValues",
            "Clocks",
        ],
        path: "Tests/ControlPlaneSupport",
        swiftSettings: settings
    ),
    .target(
        name: "SiteSupport",
        dependencies: [
            "Twin", "Simulation", "EmbeddedNodes", "HAProxyRuntime", "KubernetesObjects",
            "KubernetesAPI", "MigrationModel", "MigrationPorts", "StorePrograms", "JSONValues",
            "Clocks",
        ],
        path: "Tests/SiteSupport",
        swiftSettings: settings
    ),
]

let suites: [Target] = [
    tests("JSONValuesTests", ["JSONValues"]),
    tests("YAMLDocumentsTests", ["YAMLDocuments", "JSONValues"]),
    tests("ClocksTests", ["Clocks"]),
    tests("SealingTests", ["Sealing"]),
    tests("MigrationModelTests", ["MigrationModel", "JSONValues", "Sealing"]),
    tests("MigrationFileTests", ["MigrationFile", "MigrationModel", "JSONValues"]),
    tests(
        "MigrationPlanningTests",
        ["MigrationPlanning", "MigrationModel", "MigrationPorts", "MigrationFile", "JSONValues"]
    ),
    tests(
        "MigrationEngineTests",
        [
            "MigrationEngine", "Simulation", "JournalSupport", "MigrationModel", "MigrationPorts",
            "JSONValues", "Clocks",
        ]
    ),
    tests(
        "HTTPTransportTests",
        [
            "HTTPTransport", "HTTPTransportNIO", "Clocks",
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ] + nio
    ),
    tests("KubernetesObjectsTests", ["KubernetesObjects", "JSONValues"]),
    tests(
        "KubernetesAPITests",
        [
            "KubernetesAPI", "KubernetesObjects", "HTTPTransport", "JSONValues", "Clocks",
            "EmbeddedAPI",
        ]
    ),
    tests(
        "RehearsingTests",
        [
            "Rehearsing", "Simulation", "Twin", "SiteSupport", "MigrationFile",
            "MigrationModel", "KubernetesCopy", "KubernetesAPI", "KubernetesObjects",
            "EmbeddedAPI", "HTTPTransport", "JSONValues", "Clocks",
        ]
    ),
    tests(
        "VerificationTests",
        [
            "Verification", "MigrationModel", "MigrationPorts", "KubernetesAPI", "HTTPTransport",
            "HTTPTransportNIO", "JSONValues", "Clocks",
        ]
    ),
    tests(
        "StoreProgramsTests",
        ["StorePrograms", "MigrationModel", "MigrationPorts", "KubernetesAPI", "SiteSupport"]
    ),
    tests("ConnectionTrialsTests", ["ConnectionTrials", "KubernetesObjects", "JSONValues"]),
    tests(
        "PlatformKubernetesTests",
        [
            "PlatformKubernetes", "KubernetesCopy", "KubernetesAPI", "KubernetesObjects",
            "ConnectionTrials", "HTTPTransport", "MigrationModel", "MigrationPorts",
            "MigrationFile", "MigrationPlanning", "EmbeddedAPI", "EmbeddedControllers",
            "ControlPlaneSupport", "Certificates",
            "JSONValues", "YAMLDocuments", "Clocks",
        ]
    ),
    tests(
        "KubernetesCopyTests",
        [
            "KubernetesCopy", "KubernetesAPI", "KubernetesObjects", "HTTPTransport",
            "MigrationModel", "EmbeddedAPI", "ControlPlaneSupport", "JSONValues",
            "YAMLDocuments", "Clocks", "Sealing",
        ]
    ),
    tests(
        "KubernetesAssessmentTests",
        [
            "KubernetesAssessment", "KubernetesCopy", "KubernetesAPI", "KubernetesObjects",
            "ConnectionTrials", "HTTPTransport", "MigrationModel", "EmbeddedAPI", "EmbeddedNodes",
            "EmbeddedSites",
            "Twin", "ControlPlaneSupport", "JSONValues", "YAMLDocuments", "Clocks",
            "Certificates",
        ]
    ),
    tests(
        "TrafficTests",
        [
            "TrafficHAProxy", "TrafficKubernetes", "TrafficTwin", "HAProxyRuntime",
            "EmbeddedNodes", "EmbeddedSites", "LoadGenerator", "ControlPlaneSupport",
            "KubernetesAPI", "SiteSupport",
            "KubernetesObjects", "MigrationModel", "MigrationPorts", "HTTPTransport",
            "HTTPTransportNIO", "JSONValues", "YAMLDocuments", "Clocks",
        ]
    ),
    tests(
        "SimulationTests",
        ["Simulation", "Simulate", "MigrationEngine", "MigrationModel", "Clocks"]
    ),
    tests(
        "JournalSQLiteTests",
        [
            "JournalSQLite", "JournalSupport", "MigrationModel", "MigrationPorts", "JSONValues",
            "Sealing", "Clocks", .product(name: "GRDB", package: "GRDB.swift"),
        ]
    ),
    tests(
        "EmbeddedAPITests",
        ["EmbeddedAPI", "KubernetesObjects", "HTTPTransport", "JSONValues", "Clocks"]
    ),
    tests(
        "EmbeddedControllersTests",
        ["EmbeddedControllers", "EmbeddedAPI", "KubernetesObjects", "JSONValues", "Clocks"]
    ),
    tests(
        "EmbeddedNodesTests",
        [
            "EmbeddedNodes", "EmbeddedSites", "EmbeddedAPI", "EmbeddedControllers",
            "KubernetesObjects",
            "HTTPTransport", "HTTPTransportNIO", "JSONValues", "Clocks", "LoadGenerator",
        ] + nio
    ),
    tests(
        "TwinTests",
        [
            "Twin", "EmbeddedAPI", "KubernetesAPI", "KubernetesObjects", "HTTPTransport",
            "HTTPTransportNIO", "JSONValues", "Clocks", "PlatformKubernetes",
        ]
    ),
    tests(
        "ContractTests",
        [
            "Twin", "EmbeddedAPI", "EmbeddedControllers", "KubernetesAPI", "KubernetesObjects",
            "HTTPTransport", "HTTPTransportNIO", "ControlPlaneSupport", "JSONValues",
            "YAMLDocuments", "Clocks",
        ],
        resources: [.copy("Recordings"), .copy("Scenarios")]
    ),
    tests(
        "ControlTests",
        [
            "Control", "Composition", "Twin", "MigrationModel", "MigrationPorts",
            "MigrationEngine", "MigrationPlanning", "MigrationFile", "PlatformKubernetes",
            "KubernetesAPI", "KubernetesAssessment", "KubernetesCopy", "KubernetesObjects",
            "HTTPTransport", "JournalSQLite", "TrafficKubernetes", "TrafficHAProxy",
            "StorePrograms", "JSONValues", "YAMLDocuments",
            "Clocks", "SiteSupport", "Simulation", "LoadGenerator", "ControlPlaneSupport",
            "Certificates",
        ],
        resources: [.copy("Journals")]
    ),
    tests(
        "EndToEndTests",
        [
            "Control", "Composition", "Twin", "LoadGenerator", "CommandLine", "MigrationModel",
            "MigrationFile", "KubernetesAPI", "KubernetesObjects", "HTTPTransport",
            "HTTPTransportNIO", "JSONValues", "YAMLDocuments", "Clocks", "SiteSupport",
            "Simulation",
        ]
    ),
]

let package = Package(
    name: "diolkos",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "diolkos", targets: ["diolkos"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-crypto", "3.12.3"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: core + wires + providers + rehearsal + surfaces + testSupport + suites
)
