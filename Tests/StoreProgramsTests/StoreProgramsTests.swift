import Foundation
import MigrationModel
import MigrationPorts
import SiteSupport
import StorePrograms
import Testing

/// How the programs of stores are called, and what is made of their answers.
@Suite struct StoreProgramsTests {
    private func with(
        timeoutMilliseconds: Int = 5_000,
        _ body: (FileStore) async throws -> Void
    ) async throws {
        let files = try FileStore(timeoutMilliseconds: timeoutMilliseconds)
        defer { files.remove() }
        try await body(files)
    }

    @Test func `a look is one line, and the program knows the store and both sites`() async throws {
        try await with { files in
            let stores = files.provider()
            #expect(
                try await stores.look(at: files.store, .source)
                    == StoreReading(acceptsWrites: true, follows: false, position: 5)
            )
            try await stores.ask(.follow, of: files.store, .target)
            #expect(
                try await stores.look(at: files.store, .target)
                    == StoreReading(acceptsWrites: false, follows: true, position: 5)
            )
            #expect(
                try files.read("calls") == """
                    ledger here there quietly look source
                    ledger here there quietly follow target
                    ledger here there quietly look target
                    """
            )
        }
    }

    @Test(arguments: StoreChange.allCases)
    func `each change is asked for by its verb, and again changes nothing`(
        _ change: StoreChange
    )
        async throws
    {
        try await with { files in
            let stores = files.provider()
            try await stores.ask(change, of: files.store, .target)
            let once = try await stores.look(at: files.store, .target)
            #expect(once.acceptsWrites == (change == .promote))
            #expect(once.follows == (change == .follow))
            try await stores.ask(change, of: files.store, .target)
            #expect(try await stores.look(at: files.store, .target) == once)
        }
    }

    @Test(
        arguments: [
            "accepts alone", "yes no 5", "accepts alone -1", "accepts follows many", "",
            "accepts alone 5 more",
        ]
    )
    func `what is no look is told with what it should be`(_ line: String) async throws {
        try await with { files in
            try files.write("#!/bin/sh\necho '\(line)'", to: "ledger")
            let error = await #expect(throws: ProviderError.self) {
                try await files.provider().look(at: files.store, .target)
            }
            guard case .rejected(let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("the program of the store ledger answered look target with"))
            #expect(reason.contains("such as: refuses follows 4711"))
        }
    }

    @Test func `an exit code tells whether anything can have happened`() async throws {
        try await with { files in
            let stores = files.provider()
            try files.write("7", to: "fails-look")
            await #expect(
                throws: ProviderError.unavailable(
                    reason:
                        "the program of the store ledger could not look at the source's copy: it "
                        + "ended with code 7",
                    retryAfter: nil
                )
            ) { try await stores.look(at: files.store, .source) }
            try files.write("7", to: "fails-fence")
            await #expect(
                throws: ProviderError.unknown(
                    reason:
                        "the program of the store ledger, asked to fence source, ended with code 7"
                )
            ) { try await stores.ask(.fence, of: files.store, .source) }
            // What accepts writes follows nobody.
            await #expect(
                throws: ProviderError.rejected(
                    reason: "the program of the store ledger refuses to follow source"
                )
            ) { try await stores.ask(.follow, of: files.store, .source) }
            #expect(try files.copy(.source) == "accepts alone 5")
        }
    }

    @Test func `a program that does not end is ended, and what it did is not known`() async throws {
        try await with(timeoutMilliseconds: 1_000) { files in
            try files.write("", to: "slow")
            await #expect(
                throws: ProviderError.unknown(
                    reason:
                        "the program of the store ledger, asked to promote target, ended after 1 s, its "
                        + "timeout"
                )
            ) { try await files.provider().ask(.promote, of: files.store, .target) }
            #expect(try files.copy(.target) == "refuses alone 0")
        }
    }

    @Test func `a program that there is not, or that cannot be run, is told`() async throws {
        try await with { files in
            var store = files.store
            store.program = ["./nobody"]
            func reason() async throws -> String {
                do {
                    return "\(try await files.provider().look(at: store, .source))"
                } catch {
                    return "\(error)"
                }
            }
            let absent = try await reason()
            #expect(absent.hasSuffix("with code 127: there is no such program"))
            store.program = ["./source"]
            let forbidden = try await reason()
            #expect(forbidden.contains("see that its file may be executed"))
        }
    }

    @Test func `who is no driver any more asks for nothing`() async throws {
        try await with { files in
            let stores = files.provider(refusal: "the lease is over")
            await #expect(
                throws: ProviderError.unavailable(reason: "the lease is over", retryAfter: nil)
            ) { try await stores.ask(.fence, of: files.store, .source) }
            let calls = try files.read("calls")
            #expect(calls == "")
            let reading = try await stores.look(at: files.store, .source)
            #expect(reading.acceptsWrites)
        }
    }
}
