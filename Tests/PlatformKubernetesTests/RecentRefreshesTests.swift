import Clocks
import JSONValues
import MigrationModel
import MigrationPorts
import Synchronization
import Testing

@testable import PlatformKubernetes

@Suite final class RecentRefreshesTests: Sendable {
    private let time = ManualTime()
    private let recent = RecentRefreshes()
    private let looks = Mutex(0)

    private var lookCount: Int { looks.withLock { $0 } }

    /// What somebody comes to who asks for bridges that take `seconds` to lead; nil for ones that cannot be led.
    private func ask(
        _ namespaces: [String] = ["shop"],
        run: String = "run-1",
        seconds: Int? = 0,
        holds: Bool = true,
        nodes: [String]? = nil
    ) async throws -> Receipt {
        let subject = RecentRefreshes.Subject(run: RunID(run), namespaces: namespaces)
        let areThose = { (known: [String]) in known == nodes }
        return try await recent.once(subject, time: time, areThose) {
            () async throws(ProviderError) in
            looks.withLock { $0 += 1 }
            guard let seconds else { throw .unavailable(reason: "nobody answers", retryAfter: nil) }
            if seconds > 0 {
                do { try await time.sleep(for: .seconds(seconds)) } catch {
                    throw .unavailable(reason: "cancelled", retryAfter: nil)
                }
            }
            return RecentRefreshes.Look(receipt: Self.changed, holds: holds, nodes: nodes)
        }
    }

    private static let changed = Receipt(details: ["changed": ["shop/web-bridge"]])

    @Test func `what was looked at less than five seconds ago is not looked at again`()
        async throws
    {
        #expect(try await ask() == Self.changed)
        time.advance(by: .milliseconds(4_999))
        #expect(try await ask() == Receipt())
        #expect(lookCount == 1)
        time.advance(by: .milliseconds(1))
        #expect(try await ask() == Self.changed)
        #expect(lookCount == 2)
    }

    @Test func `what leads to nodes is looked at as soon as others are there`() async throws {
        #expect(try await ask(nodes: ["10.0.0.1"]) == Self.changed)
        #expect(try await ask(nodes: ["10.0.0.1"]) == Receipt())
        #expect(try await ask(nodes: ["10.0.0.2"]) == Self.changed)
        #expect(try await ask(nodes: ["10.0.0.2"]) == Receipt())
        #expect(lookCount == 2)
    }

    @Test func `a bridge that came since and was led to other nodes is looked at`() async throws {
        let nodes = ["10.0.0.2"]
        #expect(try await ask(nodes: nodes) == Self.changed)
        recent.bridgeCame(ledTo: nodes, at: time.uptime)
        #expect(try await ask(nodes: nodes) == Receipt())
        // It was read where to lead it before its node went, and written after the look.
        recent.bridgeCame(ledTo: ["10.0.0.1"], at: time.uptime)
        #expect(try await ask(nodes: nodes) == Self.changed)
        time.advance(by: .milliseconds(1))
        #expect(try await ask(nodes: nodes) == Self.changed)
        #expect(try await ask(nodes: nodes) == Receipt())
        recent.bridgeCame(ledTo: [], at: time.uptime)
        #expect(try await ask(nodes: nodes) == Self.changed)
        #expect(lookCount == 4)
    }

    @Test func `other bridges and those of other runs are looked at`() async throws {
        _ = try await ask()
        #expect(try await ask(["bank"]) == Self.changed)
        #expect(try await ask(run: "run-2") == Self.changed)
    }

    @Test func `what does not hold, and what failed, is looked at again`() async throws {
        _ = try await ask(holds: false)
        await #expect(throws: ProviderError.self) { _ = try await ask(seconds: nil) }
        #expect(try await ask() == Self.changed)
        #expect(lookCount == 3)
    }

    @Test func `whoever asks meanwhile waits for the one that looks`() async throws {
        async let first = ask(seconds: 1)
        while time.sleeperCount < 1 { await Task.yield() }
        async let second = ask(seconds: 1)
        while time.sleeperCount < 2 { await Task.yield() }
        time.advance(by: .seconds(1))
        #expect(try await first == Self.changed)
        // Whoever waits may have looked up just before the end.
        let waker = Task {
            while !Task.isCancelled {
                if time.sleeperCount > 0 { time.advance(by: .milliseconds(50)) }
                await Task.yield()
            }
        }
        #expect(try await second == Receipt())
        waker.cancel()
        #expect(lookCount == 1)
    }
}
