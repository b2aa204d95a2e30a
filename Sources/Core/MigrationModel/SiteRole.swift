/// Which of the two sites of a migration: the one that is left, or the one that is reached.
package enum SiteRole: String, Sendable, Hashable, Codable, CaseIterable {
    case source
    case target

    /// The site across the link.
    package var counterpart: SiteRole { self == .source ? .target : .source }
}
