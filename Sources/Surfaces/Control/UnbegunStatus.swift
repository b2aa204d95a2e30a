import JSONValues

/// What is said of a migration that has no run yet: the same members as of one that has.
package struct UnbegunStatus: Sendable {
    private let migration: String

    package init(migration: String) { self.migration = migration }

    package var json: JSON {
        [
            "apiVersion": "diolkos.dev/v1alpha1", "kind": "RunStatus",
            "run": nil, "migration": .string(migration), "planDigest": nil,
            "state": "not begun", "waitsFor": nil,
            "steps": ["total": 0, "done": 0, "failed": 0, "underWay": 0],
            "workloads": [], "routes": [], "link": [], "lastRecord": nil,
        ]
    }

    /// `file` is the migration file, as the person named it.
    package func text(file: String) -> String {
        "Migration \(migration): not begun\n"
            + "  `diolkos plan -f \(file)` says what would be done, `diolkos run -f \(file)` does it\n"
    }
}
