import Clocks
import Foundation
import MigrationModel
import StorePrograms
import Testing

/// The program of docs/examples for PostgreSQL, called by itself.
@Suite(.enabled(if: PostgresPair.isInstalled, "skipped: PostgreSQL is not installed"))
struct PostgresProgramTests {
    @Test func `what accepts writes is not made to follow`() async throws {
        try await PostgresPair.with { postgres in
            let end = try await postgres.call("follow", .source)
            #expect(end.code == 3)
            let why = try await postgres.shell.bash("cat '\(postgres.shell.folder.path)/errors'")
            #expect(why.text.contains("it accepts writes"), "\(why.text)")
            #expect(try await postgres.call("look", .source).text.hasPrefix("accepts alone"))
            #expect(try await postgres.numberOfSlots(.target) == 0)
        }
    }

    @Test func `another database is not made to follow`() async throws {
        try await PostgresPair.with(isOther: true) { postgres in
            let before = try await postgres.call("look", .target)
            #expect(before.text.hasPrefix("refuses alone"))
            #expect(try await postgres.call("follow", .target).code == 3)
            #expect(try await postgres.call("look", .target) == before)
            #expect(try await postgres.numberOfSlots(.source) == 0)
        }
    }

    @Test func `what has something that the other one lacks is not made to follow`() async throws {
        try await PostgresPair.with { postgres in
            // A mistake that nobody here makes: two accept writes.
            #expect(try await postgres.call("promote", .target).code == 0)
            #expect(try await postgres.call("fence", .target).code == 0)
            let before = try await postgres.call("look", .target)
            #expect(try await postgres.call("follow", .target).code == 3)
            #expect(try await postgres.call("look", .target) == before)
        }
    }

    @Test func `what lacks something that is gone is not made to follow`() async throws {
        try await PostgresPair.with { postgres in
            let next = "SELECT pg_switch_wal();\nCHECKPOINT;\n"
            let turned = try await postgres.sql(next + next + next, .source)
            #expect(turned.code == 0, "\(turned.text)")
            #expect(try await postgres.call("follow", .target).code == 3)
            #expect(try await postgres.call("look", .target).text.hasPrefix("refuses alone"))
            #expect(try await postgres.numberOfSlots(.source) == 0)
        }
    }

    @Test func `what follows is left as it is, and leaves nothing behind`() async throws {
        try await PostgresPair.with { postgres in
            #expect(try await postgres.call("follow", .target).code == 0)
            try await postgres.waitUntil("it follows") {
                try await postgres.sql("SELECT pid FROM pg_stat_wal_receiver", .target).text != ""
            }
            // As somebody has set it up by himself.
            let own = """
                SELECT current_setting('primary_conninfo') || ' application_name=own' AS own \\gset
                ALTER SYSTEM SET primary_conninfo = :'own';
                SELECT pg_reload_conf();
                """
            #expect(try await postgres.sql(own, .target).code == 0)
            try await postgres.waitUntil("it follows as it was told") {
                try await postgres.sql("SELECT application_name FROM pg_stat_replication", .source)
                    .text == "own\n"
            }
            #expect(try await postgres.call("follow", .target).code == 0)
            let kept = try await postgres.sql("SHOW primary_conninfo", .target)
            #expect(kept.text.contains("application_name=own"))
            #expect(try await postgres.numberOfSlots(.source) == 1)
            for _ in 1...2 {
                #expect(try await postgres.call("leave", .target).code == 0)
                #expect(try await postgres.numberOfSlots(.source) == 0)
                #expect(try await postgres.call("look", .target).text.hasPrefix("refuses alone"))
            }
        }
    }

    /// Stopped well, killed, or killed before it was asked to refuse writes: nothing starts it as one that
    /// accepts them, and it shows all that it has.
    @Test func `what is fenced refuses writes and shows all that it has, whatever becomes of it`()
        async throws
    {
        try await PostgresPair.with { postgres in
            #expect(try await postgres.call("follow", .target).code == 0)
            try await postgres.kill(.source)
            for _ in 1...2 { #expect(try await postgres.call("fence", .source).code == 0) }
            let fenced = try await postgres.call("look", .source)
            #expect(fenced.text.hasPrefix("refuses alone"))
            try await postgres.kill(.source)
            try await postgres.waitUntil("it is up") {
                try await postgres.call("look", .source).code == 0
            }
            #expect(try await postgres.call("look", .source) == fenced)
            let insists = """
                SET default_transaction_read_only = off;
                INSERT INTO numbers (n) VALUES (0)
                """
            let answer = try await postgres.sql(insists, .source)
            #expect(answer.text.contains("read-only transaction"), "\(answer.text)")
            // The other one gets the last of it, from what refuses writes itself.
            let position = fenced.text.split(separator: " ").last
            try await postgres.waitUntil("it has everything") {
                try await postgres.call("look", .target).text == "refuses follows \(position ?? "")"
            }
            for _ in 1...2 {
                #expect(try await postgres.call("promote", .target).code == 0)
                #expect(try await postgres.call("look", .target).text.hasPrefix("accepts alone"))
            }
            let accepted = Set(try postgres.writer.accepted)
            #expect(accepted.subtracting(try await postgres.numbers(at: .target)) == [])
        }
    }

    @Test func `an error of SQL is no refusal`() async throws {
        try await PostgresPair.with { postgres in
            let words = "bash \(try postgres.shell.write("exit 3", to: "three"))"
            for verb in ["look", "follow", "promote"] {
                let end = try await postgres.call(verb, .target, ["PG_TARGET_EXEC": words])
                #expect(end.code != 0 && end.code != StorePrograms.refusalCode, "\(verb)")
            }
        }
    }

    @Test func `what nobody else starts is started, and what is down cannot be looked at`()
        async throws
    {
        try await PostgresPair.with { postgres in
            try await postgres.hold(.source)
            let start = ["PG_SOURCE_START": "rm -f \"$PGDATA/../held\""]
            #expect(try await postgres.call("fence", .source, start).code == 0)
            #expect(try await postgres.call("look", .source).text.hasPrefix("refuses alone"))
            try await postgres.hold(.source)
            #expect(try await postgres.on(.source, "pg_ctl -m immediate stop").code == 0)
            let down = try await postgres.call("look", .source)
            #expect(down.code != 0 && down.code != StorePrograms.refusalCode && down.text.isEmpty)
        }
    }
}

extension PostgresPair {
    fileprivate func numberOfSlots(_ site: SiteRole) async throws -> Int? {
        let count = try await sql("SELECT count(*) FROM pg_replication_slots", site)
        return Int(count.text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Kills a site's server, as a node that goes would.
    fileprivate func kill(_ site: SiteRole) async throws {
        let end = try await on(site, "sh -c 'kill -9 $(head -1 \"$PGDATA/postmaster.pid\")'")
        #expect(end.code == 0, "\(end.text)")
    }
}
