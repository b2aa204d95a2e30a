import Clocks

/// What is thrown when `withDeadline` ends before its work.
struct DeadlineExceeded: Error {}

/// Does `work` for at most `limit`; then cancels it and throws `DeadlineExceeded`.
func withDeadline<Value: Sendable>(
    _ limit: Duration,
    on time: any TimeSource,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    guard limit > .zero else { throw DeadlineExceeded() }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
        defer { group.cancelAll() }
        group.addTask { try await work() }
        group.addTask {
            try await time.sleep(for: limit)
            return nil
        }
        guard let first = try await group.next(), let value = first else {
            throw DeadlineExceeded()
        }
        return value
    }
}
