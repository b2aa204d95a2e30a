/// What is copied of namespaces whose own pipelines deploy their workloads anew.
enum FoundationScope {
    private static let waves: Set<CopyWave> = [
        .namespaces, .definitions, .classes, .accounts, .foundation, .services,
    ]

    static func includes(_ key: CopyKey) -> Bool { waves.contains(CopyWave.of(key)) }
}
