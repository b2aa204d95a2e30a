/// Where a request has been: the workloads that passed it on, in order.
///
/// It travels in a header, so that a call that goes round is noticed by whoever it reaches twice.
struct PodPath: Equatable {
    static let headerName = "x-twin-path"
    /// How many workloads a request may pass through.
    static let hopMax = 16

    private let workloads: [Substring]

    init(header: String?) {
        workloads = header.map { $0.split(separator: ",") } ?? []
    }

    /// Whether a request that came this way must not be served by `workload`: it has taken the
    /// last call before, or too many.
    func isLoop(at workload: String) -> Bool {
        guard workloads.count < Self.hopMax else { return true }
        guard let caller = workloads.last, workloads.count > 1 else { return false }
        return zip(workloads, workloads.dropFirst()).contains { $0 == caller && $1 == workload }
    }

    /// The header for what `workload` calls in turn.
    func header(through workload: String) -> String {
        workloads.isEmpty ? workload : workloads.joined(separator: ",") + ",\(workload)"
    }
}
