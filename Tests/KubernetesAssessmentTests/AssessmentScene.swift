import Clocks
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel

/// Two sites that are written down in a test.
struct AssessmentScene {
    var source: String
    var target: String = ""
    var sourceVersion = ServerVersion(major: 1, minor: 30)
    var targetVersion = ServerVersion(major: 1, minor: 36)
    var namespaces: [String] = []
    var stated = StatedFacts()
    var readsSecrets = false
    var time: (any TimeSource)?

    func assessment() async throws -> Assessment {
        let estate = try await EstateReader(
            source: AssessedSite(
                objects: try files("source", source),
                isComplete: true,
                version: sourceVersion
            ),
            target: AssessedSite(
                objects: try files("target", target),
                isComplete: true,
                version: targetVersion
            ),
            namespaces: namespaces,
            stated: stated,
            readsSecrets: readsSecrets,
            time: time
        ).read()
        return Assessment(of: estate)
    }

    func findings(_ check: String) async throws -> [Finding] {
        try await assessment().findings.filter { $0.check == check }
    }

    /// The objects that a check names, sorted.
    func found(_ check: String) async throws -> [String] {
        try await findings(check).flatMap(\.objects).sorted()
    }

    private func files(_ name: String, _ yaml: String) throws -> FileSource {
        try FileSource(name: name, files: [.init(name: name, bytes: Array(yaml.utf8))])
    }
}

/// A Deployment that nothing is wrong with, but for what is said of its pods' `spec`.
func deployment(_ name: String, spec: String = "", container: String = "") -> String {
    """
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(name), namespace: shop}
    spec:
      replicas: 2
      selector: {matchLabels: {app: \(name)}}
      template:
        metadata: {labels: {app: \(name)}}
        spec:
          \(spec.isEmpty ? "terminationGracePeriodSeconds: 30" : spec)
          containers:
            - name: main
              image: example.org/\(name)
              \(container.isEmpty ? "imagePullPolicy: Always" : container)

    """
}

/// A node that is ready, of two processors and 4 GiB.
func node(_ name: String, labels: String = "", spec: String = "", info: String = "") -> String {
    """
    ---
    apiVersion: v1
    kind: Node
    metadata: {name: \(name), labels: {kubernetes.io/hostname: \(name)\(labels)}}
    spec: {providerID: "x"\(spec)}
    status:
      allocatable: {cpu: "2", memory: 4Gi, pods: "110"}
      conditions: [{type: Ready, status: "True"}]
      nodeInfo: {architecture: amd64, kubeletVersion: v1.36.1\(info)}

    """
}
