import JSONValues
import KubernetesObjects
import MigrationModel

/// How many replicas run is an autoscaler's to say: a copy gives it a start and owns no number.
struct AutoscalerRule: DetailRule {
    private let isStopped: Bool
    /// What autoscalers scale, as `Kind namespace/name`.
    private let scaled: Set<String>

    init(_ source: SiteObjects, _ isStopped: Bool) {
        self.isStopped = isStopped
        scaled = Set(
            source.objects.values.compactMap { scaler -> String? in
                guard
                    ["HorizontalPodAutoscaler.autoscaling", "ScaledObject.keda.sh"]
                        .contains(scaler.groupKind),
                    let reference = scaler.at("spec", "scaleTargetRef")
                else { return nil }
                let kind = reference["kind"]?.string ?? "Deployment"
                return "\(kind) \(scaler.namespace ?? "")/\(reference.name(of: "name"))"
            }
        )
    }

    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding] {
        guard !isStopped, isScaled(key), wanted.annotations[CopyMarks.replicas] == nil else {
            return []
        }
        wanted.remove(at: "spec", "replicas")
        return []
    }

    /// With how many replicas the copy begins; nil when its own text says so.
    func start(_ wanted: JSON, of original: JSON, _ key: CopyKey) -> Int? {
        guard isScaled(key), wanted.at("spec", "replicas") == nil else { return nil }
        return original.at("spec", "replicas")?.int
    }

    private func isScaled(_ key: CopyKey) -> Bool {
        scaled.contains("\(key.kind) \(key.namespace ?? "")/\(key.name)")
    }
}

extension JSON {
    fileprivate func name(of field: String) -> String { self[field]?.string ?? "" }
}
