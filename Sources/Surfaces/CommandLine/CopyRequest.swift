import Composition
import Foundation
import MigrationFile
import MigrationModel

/// What a copy is asked for, whichever way it was told.
struct CopyRequest {
    var rule: CopyRule
    let source: SiteAddress
    let target: SiteAddress
    /// How many objects may go at once where pruning is asked for, if the file says so.
    var removalsMax: Int?
    /// What is started when everything copied stands.
    var hooks: [CopyHook] = []

    /// What a migration file says, or what it says of one stack.
    init(file: String, stack: String?) throws {
        let directory = URL(fileURLWithPath: file).deletingLastPathComponent().path
        let migration =
            try MigrationFile
            .parse(try InputFile(file).bytes(), file: file, for: .copying)
            .withPaths(relativeTo: directory)
        removalsMax = migration.copy.removalsMax
        rule = migration.copyRule(stack: stack)
        source = migration.source
        target = migration.target
        hooks = migration.copyHooks(stack: stack)
    }

    /// What options say.
    init(rule: CopyRule, source: SiteAddress, target: SiteAddress) {
        self.rule = rule
        self.source = source
        self.target = target
    }
}
