import ControlPlaneSupport
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import PlatformKubernetes
import Testing

/// A webhook of the target that changes what is made there, as those of registries' mirrors do.
@Suite struct AdmittedFormTests {
    @Test
    func `what a webhook makes of it on its way in is no change, and what is changed later is`()
        async throws
    {
        let pair = try await SitePair.twin()
        let scene = try await Scene.open(pair, in: "admitted")
        let deployment = scene.deployment
        let target = KubernetesPlatform(
            site: .target,
            client: KubernetesClient(transport: Mirroring(base: pair.target.tap), time: pair.time),
            counterpart: pair.source.watched,
            context: "the target",
            sealing: NothingToSeal(),
            entry: nil,
            time: pair.time
        )
        let move = Scene.Move(
            site: .target,
            change: .create(objects: [try await scene.copy(deployment, .scaledToZero)]),
            description: "copies"
        )
        _ = try await target.perform(move.change, from: BeforeImage(), mark: scene.mark(move))
        let made = try await pair.target.get(deployment)
        #expect(Self.image(of: made) == "mirror.example/nothing")
        let condition = Condition.keptAsMade(
            site: .target,
            workload: scene.workload,
            countsPods: true
        )
        #expect(try await target.check(condition, replicas: nil) == .holds)
        try await pair.target.merge(
            ["spec": ["template": ["spec": ["terminationGracePeriodSeconds": 7]]]],
            into: deployment,
            by: "diolkos"
        )
        let reason = await driftReason { _ = try await target.check(condition, replicas: nil) }
        #expect(
            reason?.contains(".terminationGracePeriodSeconds (not as") == true,
            "\(reason ?? "")"
        )
    }

    private static func image(of deployment: JSON) -> String? {
        deployment.at("spec", "template", "spec", "containers")?.array?.first?["image"]?.string
    }
}

/// Leads the images of new Deployments to a mirror, which nobody who sent them knows of.
private struct Mirroring: HTTPTransport {
    let base: any HTTPTransport

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        guard request.method == "POST", request.target.contains("/deployments") else {
            return try await base.send(request, timeout: timeout)
        }
        var request = request
        let text = String(decoding: request.body, as: UTF8.self)
        request.body = Array(text.replacing("\"nothing\"", with: "\"mirror.example/nothing\"").utf8)
        return try await base.send(request, timeout: timeout)
    }
}
