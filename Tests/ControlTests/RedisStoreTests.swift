import MigrationModel
import Testing

/// A real Redis changes sides with its StatefulSet while somebody writes all the time, by the program of
/// docs/examples.
@Suite(.enabled(if: RedisPair.isInstalled, "skipped: Redis is not installed"))
struct RedisStoreTests {
    @Test func `no write that was accepted is lost, there and back and there again`() async throws {
        try await RedisPair.with { redis in
            try await StoreCrossing.with(redis) { try await $0.thereAndBackAndThereAgain() }
            // Nobody follows anybody any more.
            for site in SiteRole.allCases {
                let port = redis.ports[site] ?? 0
                let role = try await redis.shell.bash("redis-cli -p \(port) --raw ROLE")
                #expect(role.text.hasPrefix("master"), "\(site): \(role.text)")
            }
        }
    }

    @Test(
        .enabled(
            if: Shell.has("bash", "kubectl", "curl"),
            "skipped: bash, kubectl and curl are not all installed"
        )
    )
    func `the script puts the writer back without this program`() async throws {
        try await RedisPair.with { redis in
            try await StoreCrossing.with(redis) { try await $0.thereAndBackByScript() }
        }
    }
}
