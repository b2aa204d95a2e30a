import MigrationModel

/// What may stand at a place of the migration file.
indirect enum FileShape: Sendable {
    case text(TextForm)
    case whole(ClosedRange<Int>)
    case decimal(ClosedRange<Double>)
    case duration(ClosedRange<Duration>)
    case flag
    case choice([String])
    case list(of: FileShape, count: ClosedRange<Int>)
    case mapping([FileField])
    /// Any keys with texts: labels, annotations.
    case labels
    /// Keys and texts of certain forms.
    case texts(keys: TextForm, values: TextForm)
    /// Whatever YAML can say.
    case anything
}

/// One key of a mapping.
struct FileField: Sendable {
    let key: String
    let shape: FileShape
    let isRequired: Bool
    /// What it means, for the schema and for whoever left it out.
    let meaning: String

    init(_ key: String, _ shape: FileShape, isRequired: Bool = false, _ meaning: String) {
        self.key = key
        self.shape = shape
        self.isRequired = isRequired
        self.meaning = meaning
    }
}

extension FileShape {
    /// What to write, behind the word "write".
    var expected: String {
        switch self {
        case .text(let form): form.expected
        case .whole(let range):
            "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .decimal(let range):
            "a number from \(range.lowerBound.plain) to \(range.upperBound.plain)"
        case .duration(let range):
            "a duration from \(DurationText.text(of: range.lowerBound)) to "
                + "\(DurationText.text(of: range.upperBound)), such as 500ms, 2s or 1m30s"
        case .flag: "true or false"
        case .choice(let words):
            words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
        case .list(let element, let count):
            "a list of \(count.lowerBound) to \(count.upperBound) elements, each \(element.expected)"
        case .mapping(let fields):
            "a mapping with the keys \(fields.map(\.key).joined(separator: ", "))"
        case .labels: "a mapping of texts"
        case .texts(let keys, let values):
            keys.expected == values.expected
                ? "a mapping, each key and value \(keys.expected)"
                : "a mapping, each key \(keys.expected) and each value \(values.expected)"
        case .anything: "a value"
        }
    }
}
