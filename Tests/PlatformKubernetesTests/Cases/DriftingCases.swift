import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// Something that somebody does to an object between the look at it and the change of it.
    fileprivate struct Meddling: Sendable {
        let move: String
        let site: SiteRole
        let what: String
        let object: @Sendable (Scene) -> ObjectReference
        /// What the refusal must say; nil where nothing is in the way of the change.
        let says: String
        let act: @Sendable (SitePair, SiteRole, ObjectReference) async throws -> Void
    }

    /// Each change of what was there before, met by each thing that somebody may do meanwhile.
    ///
    /// What is created is met by `strangers`, `present`, `originals`, `taken` and `another`.
    private static let meddlings: [Meddling] = [
        .replaced("entry at the source", .source, { $0.entry }),
        .deleted("entry at the source", .source, { $0.entry }),
        .edited(
            "entry at the source",
            .source,
            { $0.entry },
            "leads new.example/ to web since this step began",
            [
                "spec": [
                    "rules": [
                        [
                            "host": "new.example",
                            "http": [
                                "paths": [
                                    [
                                        "path": "/", "pathType": "Prefix",
                                        "backend": [
                                            "service": ["name": "web", "port": ["number": 80]]
                                        ],
                                    ]
                                ]
                            ],
                        ]
                    ]
                ]
            ]
        ),
        .replaced("scale up", .target, { $0.deployment }),
        .deleted("scale up", .target, { $0.deployment }),
        .replaced("selector at the target", .target, { $0.webService }),
        .deleted("selector at the target", .target, { $0.webService }),
        .edited("selector at the target", .target, { $0.webService }, "the ports of", onePort),
        .edited("selector at the target", .target, { $0.webService }, "the selector of", foreign),
        .replaced("no selector at the source", .source, { $0.webService }),
        .deleted("no selector at the source", .source, { $0.webService }),
        .edited("no selector at the source", .source, { $0.webService }, "the ports of", onePort),
        .edited(
            "no selector at the source",
            .source,
            { $0.webService },
            "the selector of",
            foreign
        ),
        .replaced("scale down", .source, { $0.deployment }),
        .deleted("scale down", .source, { $0.deployment }),
    ]

    private static let foreign: JSON = ["spec": ["selector": ["app": "foreign"]]]
    private static let onePort: JSON = [
        "spec": ["ports": [["name": "http", "port": 80, "targetPort": "http"]]]
    ]

    static let drifting: [PlatformCase] = meddlings.enumerated().map { index, meddling in
        PlatformCase(
            "drift-\(index)",
            "\(meddling.move): what was \(meddling.what) meanwhile is found and not touched"
        ) { pair, name in
            let scene = try await Scene.open(pair, in: name)
            for move in try await scene.moves() {
                let before = try await scene.survey(move)
                guard move.description == meddling.move else {
                    try await scene.perform(move, from: before)
                    continue
                }
                let reference = meddling.object(scene)
                try await meddling.act(pair, meddling.site, reference)
                let seen = try await pair[meddling.site].find(reference)
                scene.resetTaps()
                let reason = await driftReason { try await scene.perform(move, from: before) }
                #expect(reason?.contains(meddling.says) == true, "\(reason ?? "no error")")
                #expect(scene.writes == [])
                let later = try await pair[meddling.site].find(reference)
                #expect(later?.uid == seen?.uid)
                #expect(later?["spec"] == seen?["spec"])
                return
            }
            Issue.record("no change is called \(meddling.move)")
        }
    }
}

extension PlatformCase.Meddling {
    fileprivate static func edited(
        _ move: String,
        _ site: SiteRole,
        _ object: @escaping @Sendable (Scene) -> ObjectReference,
        _ says: String,
        _ patch: JSON
    ) -> Self {
        Self(move: move, site: site, what: "edited so that \(says)", object: object, says: says) {
            try await $0[$1].merge(patch, into: $2)
        }
    }

    fileprivate static func deleted(
        _ move: String,
        _ site: SiteRole,
        _ object: @escaping @Sendable (Scene) -> ObjectReference
    ) -> Self {
        Self(move: move, site: site, what: "deleted", object: object, says: "is gone from") {
            try await $0.remove($2, at: $1)
        }
    }

    fileprivate static func replaced(
        _ move: String,
        _ site: SiteRole,
        _ object: @escaping @Sendable (Scene) -> ObjectReference
    ) -> Self {
        let says = "was replaced by another of its name"
        return Self(move: move, site: site, what: "made anew", object: object, says: says) {
            let old = try await $0[$1].get($2)
            try await $0.remove($2, at: $1)
            try await $0[$1].create(ObjectHygiene.portable(old))
        }
    }
}

extension SitePair {
    fileprivate func remove(_ reference: ObjectReference, at site: SiteRole) async throws {
        try await self[site].delete(reference)
        try await wait(until: "\(reference) is gone") {
            try await self[site].find(reference) == nil
        }
    }
}
