import CYaml

/// The events of a text, one at a time, from libyaml as Yams ships it.
///
/// Yams's own tree is not used: it follows aliases while it hashes keys, so an alias bomb in a key
/// never ends, and of a key that stands twice it names one place only.
struct YAMLEvents {
    /// One event, its strings copied out.
    enum Event {
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(Scalar)
        case listStart(Tags)
        case listEnd
        case mappingStart(Tags)
        case mappingEnd
    }

    /// A scalar before it is resolved.
    struct Scalar {
        let tags: Tags
        let text: String
        /// Whether it stands without quotes and is no block, so that its text decides its kind.
        let isPlain: Bool
    }

    /// What may stand before a value.
    struct Tags {
        let anchor: String?
        /// The whole tag (`tag:yaml.org,2002:str`), nil where none was written.
        let tag: String?
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeBufferPointer<UInt8>

    /// `input` must outlive this value; `close` must be called once.
    init(reading input: UnsafeBufferPointer<UInt8>) {
        self.input = input
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        precondition(yaml_parser_initialize(parser) == 1, "no memory for a YAML parser")
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    func close() {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event and where it begins; the start of the stream is passed over.
    func next() throws -> (event: Event, place: YAMLPlace) {
        while true {
            var raw = yaml_event_t()
            guard yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
            defer { yaml_event_delete(&raw) }
            if let event = event(raw) { return (event, place(raw.start_mark)) }
        }
    }

    private func event(_ raw: yaml_event_t) -> Event? {
        switch raw.type {
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(string(raw.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                Scalar(
                    tags: Tags(anchor: string(scalar.anchor), tag: string(scalar.tag)),
                    text: String(decoding: bytes, as: UTF8.self),
                    isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE
                )
            )
        case YAML_SEQUENCE_START_EVENT:
            let start = raw.data.sequence_start
            return .listStart(Tags(anchor: string(start.anchor), tag: string(start.tag)))
        case YAML_SEQUENCE_END_EVENT: return .listEnd
        case YAML_MAPPING_START_EVENT:
            let start = raw.data.mapping_start
            return .mappingStart(Tags(anchor: string(start.anchor), tag: string(start.tag)))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return nil
        }
    }

    private func string(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func place(_ mark: yaml_mark_t) -> YAMLPlace {
        YAMLPlace(line: mark.line + 1, column: mark.column + 1)
    }

    private func failure() -> YAMLFailure {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "the text cannot be read"
        guard state.error != YAML_READER_ERROR else {
            return YAMLFailure(place: place(ofByte: state.problem_offset), problem: problem)
        }
        guard let context = state.context.map({ String(cString: $0) }) else {
            return YAMLFailure(place: place(state.problem_mark), problem: problem)
        }
        return YAMLFailure(
            place: place(state.problem_mark),
            problem: "\(problem) (\(context) that begins at \(place(state.context_mark)))"
        )
    }

    /// libyaml marks no line for text that it cannot decode.
    private func place(ofByte offset: Int) -> YAMLPlace {
        let before = input.prefix(max(0, offset))
        let lineStart = (before.lastIndex(of: 0x0A) ?? -1) + 1
        let line = before.count { $0 == 0x0A } + 1
        let isContinuation: (UInt8) -> Bool = { $0 & 0xC0 == 0x80 }
        return YAMLPlace(line: line, column: before[lineStart...].count { !isContinuation($0) } + 1)
    }
}
