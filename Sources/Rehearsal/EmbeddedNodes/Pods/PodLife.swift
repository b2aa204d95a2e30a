import Clocks
import EmbeddedSites
import JSONValues
import NIOCore

/// One pod from the moment it is bound until nothing is left of it.
///
/// When its deletion has been asked for it first goes on as before, since Service proxies still
/// send it new connections; then every answer announces the end of its connection; then it
/// finishes what it is answering, stops to listen, and lets its object go. No request is lost as
/// long as the proxies lag less than the first part, and callers drop idle connections sooner than
/// the second part takes.
struct PodLife {
    let plan: PodPlan
    let node: TwinNode
    let fate: PodFate
    let agent: NodeAgent

    /// Returns when the pod has ended, or soon after the task was cancelled.
    func run() async {
        let now = agent.time.wallTime
        agent.writer.write(of: plan) { PodStatus.pending(&$0, hostIP: node.address, now: now) }
        let delay = agent.draws.duration(in: agent.settings.startDelay)
        guard await pause(delay, unless: .terminating), let address = agent.takeAddress(on: node)
        else { return end() }
        let server = agent.makeServer(for: plan)
        do {
            let socket = try await server.start()
            agent.network.attachPod(
                address,
                site: agent.site,
                ports: plan.ports,
                socket: socket
            )
        } catch {
            agent.writer.note("pod \(plan.namespace)/\(plan.name) got no socket: \(error)")
            agent.giveBack(address)
            return end()
        }
        agent.keep(server)
        agent.tell(plan, on: node, .pulled, .created, .started)
        await serve(server, at: address)
        agent.retire(server)
        agent.giveBack(address)
        if plan.runTime == nil || fate.stage == .terminating { end() }
    }

    private func serve(_ server: PodServer, at address: TwinAddress) async {
        let readiness = plan.readinessDelay * agent.settings.probeScale
        if readiness > .zero { report(address, isReady: false) }
        if await pause(readiness, unless: .terminating) {
            report(address, isReady: true)
            if let runTime = plan.runTime {
                let report = await agent.report(of: plan, until: fate)
                if await pause(runTime, unless: .terminating) {
                    let now = agent.time.wallTime
                    agent.writer.write(of: plan) {
                        PodStatus.ended(
                            &$0,
                            exitCode: plan.exitCode,
                            message: report,
                            now: now
                        )
                    }
                    return await server.stop(within: .zero)
                }
            } else {
                await fate.reached(.terminating)
            }
        }
        await drain(server)
    }

    private func drain(_ server: PodServer) async {
        agent.tell(plan, on: node, .killing)
        let grace = fate.grace ?? plan.gracePeriod
        let drain = agent.settings.drain(gracePeriod: grace)
        let quiet = drain * agent.settings.announceShare
        if await pause(quiet, unless: .gone) {
            await server.announceClose()
            _ = await pause(drain - quiet, unless: .gone)
        }
        let isForced = fate.stage == .gone || Task.isCancelled
        await server.stop(within: isForced ? .zero : max(.zero, grace - drain))
    }

    private func report(_ address: TwinAddress, isReady: Bool) {
        let now = agent.time.wallTime
        agent.writer.write(of: plan) {
            PodStatus.running(&$0, address: address, isReady: isReady, now: now)
        }
    }

    /// Says that nothing of a pod is left whose deletion was asked for.
    private func end() {
        if fate.stage == .terminating { agent.writer.remove(plan) }
    }

    private func pause(_ duration: Duration, unless stage: PodFate.Stage) async -> Bool {
        await fate.pause(duration, unless: stage, time: agent.time)
    }
}
