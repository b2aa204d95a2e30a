import Foundation
import JSONValues
import KubernetesObjects

/// Texts of a Secret that may name a host: addresses with a scheme, and what is called a host or a port.
///
/// Anything else of a Secret, such as a password that happens to look like an address, is left alone.
enum SecretTexts {
    static func texts(of secret: JSON) -> [(place: String, text: String)] {
        var texts = secret["stringData"]?.stringMap ?? [:]
        for (key, value) in secret["data"]?.stringMap ?? [:] {
            guard let data = Data(base64Encoded: value),
                let text = String(validating: data, as: UTF8.self)
            else { continue }
            texts[key] = text
        }
        return texts.filter { key, text in
            text.contains("://") || AddressFinder.namesHostOrPort(key)
        }.sorted { $0.key < $1.key }.map { ("key \($0.key)", $0.value) }
    }
}
