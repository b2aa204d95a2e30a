import MigrationModel
import Testing

/// A real PostgreSQL changes sides with its StatefulSet while somebody writes all the time, by the program of
/// docs/examples.
@Suite(.enabled(if: PostgresPair.isInstalled, "skipped: PostgreSQL is not installed"))
struct PostgresStoreTests {
    @Test func `no write that was accepted is lost, there and back and there again`() async throws {
        try await PostgresPair.with { postgres in
            try await StoreCrossing.with(postgres) { try await $0.thereAndBackAndThereAgain() }
            // Nobody follows anybody any more, and nobody keeps WAL for that.
            let slots = "SELECT count(*) FROM pg_replication_slots"
            #expect(try await postgres.sql(slots, .target).text == "0\n")
            #expect(try await postgres.call("look", .source).text.hasPrefix("refuses alone"))
        }
    }

    @Test(
        .enabled(
            if: Shell.has("bash", "kubectl", "curl"),
            "skipped: bash, kubectl and curl are not all installed"
        )
    )
    func `the script puts the writer back without this program`() async throws {
        try await PostgresPair.with { postgres in
            try await StoreCrossing.with(postgres) { try await $0.thereAndBackByScript() }
        }
    }
}
