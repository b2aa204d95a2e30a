import ArgumentParser
import JSONValues
import MigrationFile

/// `diolkos schema`: what a migration file may say, for editors and pipelines.
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of the migration file.",
        discussion: """
            Editors complete and check by it: write it to a file, and name that in the first line of \
            the migration file, `# yaml-language-server: $schema=FILE`. What a single field cannot \
            show, such as a name that stands twice, `diolkos plan` tells.
            """
    )

    func run() async throws {
        Output.line(MigrationFile.schema.text(.indented))
    }
}
