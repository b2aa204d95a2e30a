/// What is looked at, before anything is made, of a site's clock and of the certificates that are shown there.
package struct CertificateLook: Sendable, Hashable, Codable {
    /// Whose entries show some to callers; sorted.
    package var namespaces: [String]
    /// How long everything takes to cross at the least: for so long they have to count.
    package var lengthMilliseconds: Int
    /// The URL at which pods of the other site dial the API server; nil where none does.
    package var dialled: String?
    /// Whether what is wrong is only told, and stops nothing.
    package var onlyTells: Bool

    /// Takes what planning decided.
    package init(
        namespaces: [String],
        lengthMilliseconds: Int,
        dialled: String?,
        onlyTells: Bool
    ) {
        self.namespaces = namespaces
        self.lengthMilliseconds = lengthMilliseconds
        self.dialled = dialled
        self.onlyTells = onlyTells
    }
}
