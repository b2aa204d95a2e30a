import KubernetesAPI
import MigrationModel

/// What could not be read of a site, said so that nothing missing passes for absent.
enum UnreadableFindings {
    /// A kind that exists and may not be read is in the way; a group behind which no server answers
    /// has no objects that anybody could see, and is somebody's to decide.
    static func all(of site: SiteObjects, at place: String) -> [Finding] {
        let dead = Set(site.discovery.failures.map(\.description))
        return site.unreadable.map { what in
            dead.contains(what) ? notAnswering(what, place) : unreadable(what, place)
        }
    }

    private static func notAnswering(_ what: String, _ place: String) -> Finding {
        Finding(
            check: "group-not-answering",
            severity: .decide,
            objects: [what],
            reason: "the \(place) announces it and nothing answers for it, "
                + "so that objects of it are not seen",
            remedy: "Start what serves it, or remove its APIService."
        )
    }

    private static func unreadable(_ what: String, _ place: String) -> Finding {
        Finding(
            check: "unreadable",
            severity: .blocker,
            objects: [what],
            reason: "it could not be read at the \(place), so what is there is not known",
            remedy: "Give the account the right to list it, or leave the kind out of the copy."
        )
    }
}
