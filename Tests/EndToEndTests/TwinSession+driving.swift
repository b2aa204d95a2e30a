import JSONValues
import Testing

/// What many of the tests do first: hold load, and bring a driver to a place.
extension TwinSession {
    /// Holds open-loop load on `home.example` while `body` runs, of which no request may fail.
    ///
    /// Returns the load's own report.
    @discardableResult
    func underLoad(rate: Int = 20, _ body: () async throws -> Void) async throws -> JSON {
        let load = try startLoad("home.example", rate: rate)
        defer { if load.isRunning { load.kill() } }
        try await body()
        #expect(try await load.interrupted() == 0, "\(load.text)")
        let line = load.text.split(separator: "\n").last.map(String.init) ?? ""
        print("load meanwhile: \(line)")
        let report = try JSON.parse(line)
        #expect(report["failed"] == 0)
        return report
    }

    /// Plans, and starts a driver that has brought a share of the users to the target.
    func startDriverInTheRamp() async throws -> Program {
        #expect(try await run("plan", "--summary").code == 0)
        let driver = try start("run")
        do {
            try await eventually("the target serves a share") {
                let shares = try await status()["routes"]?.array ?? []
                return shares.contains { ($0["observedShare"]?.int ?? 0) > 0 }
            }
        } catch {
            driver.kill()
            throw error
        }
        return driver
    }
}
