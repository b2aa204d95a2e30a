import JSONValues
import KubernetesObjects
import Synchronization

/// How a server reads and writes the fields of one type, as its Go struct does.
final class WireForm: Sendable {
    /// What becomes of a field that is empty or absent.
    enum Mode: Character, Sendable {
        /// Left out when empty; structs stay when given.
        case optional = "-"
        case pointer = "*"
        case scalarAlways = "="
        case listAlways = "~"
        case structAlways = "+"
        case timeAlways = "^"
        case quantityAlways = "0"
    }

    /// The shape of a value, references still by name.
    indirect enum Shape: Sendable {
        case scalar(TypeSchema.Kind)
        case list(Shape)
        case map(Shape)
        case structure(TypeSchema)
    }

    /// One field of the struct.
    struct Field: Sendable {
        let name: String
        let mode: Mode
        let shape: Shape
    }

    /// The name of the Go type, without its package.
    let goName: String
    let fields: [String: Field]
    /// The fields that are written even when they are absent.
    let alwaysWritten: [Field]

    /// The form of what `schema` describes, which must be an object; made once per definition.
    ///
    /// `named` says which definition a schema is that no field refers to: the kind's own.
    static func form(
        of schema: TypeSchema,
        named topName: @autoclosure () -> String? = nil
    ) -> WireForm {
        guard let key = schema.referenceKey ?? topName() else {
            return WireForm(schema, name: "")
        }
        if let known = cache.withLock({ $0[key] }) { return known }
        let form = WireForm(schema, name: schema.referenceName ?? key)
        cache.withLock { $0[key] = form }
        return form
    }

    private static let cache = Mutex<[String: WireForm]>([:])

    private static let modes: [Substring: [String: Mode]] = {
        var modes: [Substring: [String: Mode]] = [:]
        for line in WireFacts.table.description.split(separator: "\n") {
            let words = line.split(separator: " ")
            var fields: [String: Mode] = [:]
            for word in words.dropFirst() {
                fields[String(word.dropFirst())] = word.first.flatMap(Mode.init(rawValue:))
            }
            modes[words[0]] = fields
        }
        return modes
    }()

    /// The prefixes of OpenAPI names and what stands for them in the facts.
    private static let prefixes = [
        ("io.k8s.apimachinery.pkg.apis.", ""),
        ("io.k8s.apiextensions-apiserver.pkg.apis.", "crd."),
        ("io.k8s.kube-aggregator.pkg.apis.", "aggregator."),
        ("io.k8s.api.", ""),
    ]

    private init(_ schema: TypeSchema, name: String) {
        var short = name
        for (prefix, replacement) in Self.prefixes where name.hasPrefix(prefix) {
            short = replacement + name.dropFirst(prefix.count)
            break
        }
        goName = name.split(separator: ".").last.map(String.init) ?? ""
        let modes = Self.modes[short[...]] ?? [:]
        var fields: [String: Field] = [:]
        for fieldName in schema.fieldNames {
            guard let child = schema.field(fieldName) else { continue }
            fields[fieldName] = Field(
                name: fieldName,
                mode: modes[fieldName] ?? .optional,
                shape: Self.shape(of: child)
            )
        }
        self.fields = fields
        alwaysWritten = fields.values
            .filter { $0.mode != .optional && $0.mode != .pointer }
            .sorted { $0.name < $1.name }
    }

    private static func shape(of schema: TypeSchema) -> Shape {
        switch schema.kind {
        case .list: .list(schema.items.map(shape) ?? .scalar(.any))
        case .map: .map(schema.values.map(shape) ?? .scalar(.any))
        case .object where schema.keepsUnknownFields && schema.fieldNames.isEmpty: .scalar(.any)
        case .object: .structure(schema)
        default: .scalar(schema.kind)
        }
    }
}
