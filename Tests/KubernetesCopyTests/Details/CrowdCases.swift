import Foundation
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

extension CopyCase {
    /// Looked at last, as what it makes stays: detail 21.
    static let crowding = [
        CopyCase(
            "crowd",
            "three hundred kinds are served before their objects come, none is missed"
        ) {
            scene in try await CopyCase.copyCrowd(scene)
        }
    ]

    /// As many definitions as a cluster with a cloud's operators has.
    private static func copyCrowd(_ scene: DetailScene) async throws {
        func definition(_ index: Int) -> String {
            widgets.replacingOccurrences(of: "NS.example.com", with: "crowd\(index).example.com")
        }
        try await scene.open((0..<300).map(definition).joined(separator: "\n---\n"))
        let objects = (0..<300).map {
            "{apiVersion: crowd\($0).example.com/v1, kind: Widget, metadata: {name: a, namespace: NS}}"
        }
        try await scene.make(objects.joined(separator: "\n---\n"))
        let summary = try await scene.copy()
        #expect(summary.created == 601)
        try await scene.expectNothingMore()
        let served = try await scene.target.refreshDiscovery().preferredKinds.filter {
            $0.kind == "Widget" && $0.group.hasPrefix("crowd")
        }
        #expect(served.count == 300)
        for kind in served {
            #expect(try await scene.target.list(kind, namespace: scene.namespace).items.count == 1)
        }
    }
}
