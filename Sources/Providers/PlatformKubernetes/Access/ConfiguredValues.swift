import JSONValues
import KubernetesObjects
import Sealing

/// What a ConfigMap or a Secret holds, by key; nothing for any other kind.
struct ConfiguredValues: Sendable, Equatable {
    private let values: JSONMembers

    init(of object: JSON) {
        guard object.isKind("ConfigMap", in: "") || object.isKind("Secret", in: "") else {
            values = [:]
            return
        }
        var values = (object["data"]?.object ?? [:]).mapValues { JSON.array([$0]) }
        // A key is in one of both only; the same text is another value when it is meant as bytes.
        for (key, value) in object["binaryData"]?.object ?? [:] {
            values[key] = .array([value, "binary"])
        }
        self.values = values
    }

    /// Equal where the values are.
    var digests: [String: String] { values.mapValues { Digest(of: $0.encoded()).hex } }

    /// The keys whose values are not those of `other`, or that one of both lacks; sorted.
    func keysApart(from other: ConfiguredValues) -> [String] {
        Set(values.keys).union(other.values.keys).filter { values[$0] != other.values[$0] }.sorted()
    }
}
