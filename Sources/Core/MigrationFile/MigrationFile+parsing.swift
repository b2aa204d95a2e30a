import YAMLDocuments

extension MigrationFile {
    /// What a migration file may ask of us: generous for what people write, small for bombs.
    package static let limits = YAMLLimits(sizeMax: 1 << 20, depthMax: 32, nodesMax: 100_000)

    /// What a file is read for.
    package enum Purpose: Sendable {
        /// It must say which namespaces cross, and which balancer leads to them.
        case crossing
        /// It need not say anything of traffic.
        case copying
    }

    /// Reads one document; refuses it with every mistake at once.
    ///
    /// `file` is what the messages call the text.
    package static func parse(
        _ bytes: [UInt8],
        file: String? = nil,
        for purpose: Purpose = .crossing
    ) throws(MigrationFileError) -> MigrationFile {
        let documents: [YAMLNode]
        do {
            documents = try YAMLDocuments.parse(bytes, file: file, limits: limits)
        } catch {
            let problem = FileProblem(
                place: error.place,
                path: "",
                seen: error.problem,
                advice: ""
            )
            throw MigrationFileError(file: file, problems: [problem])
        }
        guard let document = documents.first else {
            let problem = FileProblem(
                place: YAMLPlace(line: 1, column: 1),
                path: "",
                seen: "the file holds no document",
                advice: "write a document of kind Migration"
            )
            throw MigrationFileError(file: file, problems: [problem])
        }
        var validator = FileValidator()
        validator.check(document, is: .migration, at: "")
        var reader = FileReader(document)
        let migration = reader.migration()
        if purpose == .crossing { reader.noteMissingForCrossing() }
        var problems = validator.problems + reader.problems
        if documents.count > 1 {
            problems.append(
                FileProblem(
                    place: documents[1].place,
                    path: "",
                    seen: "the file holds \(documents.count) documents",
                    advice: "write one migration per file"
                )
            )
        }
        guard problems.isEmpty else {
            throw MigrationFileError(file: file, problems: problems.sorted())
        }
        return migration
    }
}
