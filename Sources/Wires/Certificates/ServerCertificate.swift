import Clocks
import Foundation
import SwiftASN1
import X509

/// What a server's certificate says of itself: public, as every client is shown it.
package struct ServerCertificate: Sendable, Hashable {
    /// From when it counts.
    package let begin: WallTime
    /// Until when it counts.
    package let end: WallTime
    /// Names and addresses that it is for, sorted; what a common name says is not among them, for no client
    /// of today looks there.
    package let names: [String]

    /// Takes what was read.
    package init(begin: WallTime, end: WallTime, names: [String]) {
        self.begin = begin
        self.end = end
        self.names = names
    }

    /// Reads the first certificate of a PEM text, which is the server's own (RFC 8446, 4.4.2); nil where there
    /// is none that can be read.
    package init?(pem: String) {
        let ending = "-----END CERTIFICATE-----"
        guard let first = pem.range(of: "-----BEGIN CERTIFICATE-----"),
            let last = pem.range(of: ending, range: first.upperBound..<pem.endIndex)
        else { return nil }
        do {
            let text = String(pem[first.lowerBound..<last.upperBound])
            let certificate = try Certificate(pemEncoded: text)
            begin = WallTime(certificate.notValidBefore)
            end = WallTime(certificate.notValidAfter)
            let names = try certificate.extensions.subjectAlternativeNames
            self.names = (names.map(Array.init) ?? []).compactMap(\.text).sorted()
        } catch {
            // What is no certificate tells nothing.
            return nil
        }
    }

    /// Whether it is for this host: by name, or by a wildcard for exactly one label (RFC 9525, 6.3).
    package func covers(_ host: String) -> Bool {
        let host = host.lowercased()
        return names.contains { name in
            let name = name.lowercased()
            if name == host { return true }
            guard name.hasPrefix("*."), let dot = host.firstIndex(of: "."), !host.hasPrefix("*")
            else { return false }
            return dot > host.startIndex && host[dot...] == name.dropFirst()
        }
    }
}

extension GeneralName {
    /// A DNS name, or an address of IPv4; nil for what names no host so.
    fileprivate var text: String? {
        switch self {
        case .dnsName(let name): name
        case .ipAddress(let address) where address.bytes.count == 4:
            address.bytes.map { "\($0)" }.joined(separator: ".")
        default: nil
        }
    }
}

extension WallTime {
    fileprivate init(_ date: Date) {
        self.init(nanosecondsSinceEpoch: Int64(date.timeIntervalSince1970) * 1_000_000_000)
    }
}
