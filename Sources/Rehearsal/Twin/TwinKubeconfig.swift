import Foundation
import JSONValues
import YAMLDocuments

/// The kubeconfig that the twin writes for its sites: one context a site, named as the site is.
package struct TwinKubeconfig: Sendable {
    /// What it takes to reach one site.
    package struct Entry: Sendable {
        /// The context's name, which its cluster and user share.
        package var context: String
        /// Where the API server listens on loopback.
        package var port: Int
        /// The certificate that the server's was signed with.
        package var authorityPEM: String
        /// What the client shows; the twin's own, so no secret.
        package var token: String

        package init(context: String, port: Int, authorityPEM: String, token: String) {
            self.context = context
            self.port = port
            self.authorityPEM = authorityPEM
            self.token = token
        }
    }

    /// One a context, the current one first.
    package let entries: [Entry]

    package init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// The file as `kubectl` reads it.
    package var text: String {
        YAMLDocuments.text([
            "apiVersion": "v1", "kind": "Config",
            "clusters": list(of: "cluster") { entry in
                [
                    "server": .string("https://127.0.0.1:\(entry.port)"),
                    "certificate-authority-data": .string(
                        Data(entry.authorityPEM.utf8).base64EncodedString()
                    ),
                ]
            },
            "users": list(of: "user") { ["token": .string($0.token)] },
            "contexts": list(of: "context") { entry in
                ["cluster": .string(entry.context), "user": .string(entry.context)]
            },
            "current-context": .string(entries.first?.context ?? ""),
        ])
    }

    private func list(of member: String, _ value: (Entry) -> JSON) -> JSON {
        .array(
            entries.map { entry in
                .object(["name": .string(entry.context), member: value(entry)])
            }
        )
    }
}
