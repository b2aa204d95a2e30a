import JSONValues

/// An expression of the Common Expression Language, as far as this server knows it: members, `has`,
/// `==`, `!=`, `in`, `&&`, `||`, `!`, `? :`, literals, and the macros `all`, `exists` and `filter`.
///
/// What it does not know is refused when it is parsed, as a real server refuses what does not compile;
/// it never means something else. See https://github.com/google/cel-spec/blob/master/doc/langdef.md.
indirect enum CELExpression: Sendable, Hashable {
    /// The loops over a list, or over the keys of a map.
    enum Macro: String, Sendable {
        case all, exists, filter
    }

    case literal(JSON)
    case list([CELExpression])
    case emptyMap
    case name(String)
    case member(CELExpression, String)
    case element(CELExpression, CELExpression)
    case has(CELExpression, String)
    case not(CELExpression)
    case equal(CELExpression, CELExpression)
    case isIn(CELExpression, CELExpression)
    case and(CELExpression, CELExpression)
    case or(CELExpression, CELExpression)
    case choice(CELExpression, CELExpression, CELExpression)
    case macro(Macro, of: CELExpression, as: String, CELExpression)
}

/// Why an expression has no value, as cel-go words it.
struct CELError: Error, Hashable, CustomStringConvertible {
    let description: String

    static let noSuchOverload = CELError(description: "no such overload")
}

/// What an expression is evaluated with.
struct CELNames {
    /// The values that are there from the start, and those of the loops around.
    var values: [String: JSON]
    /// The expressions of `variables`, each evaluated when it is asked for.
    var variables: [String: CELExpression] = [:]

    /// These names with one more: the variable of a loop.
    fileprivate func with(_ value: JSON, as name: String) -> CELNames {
        var names = self
        names.values[name] = value
        return names
    }
}

extension CELExpression {
    /// The value of the expression.
    func value(in names: CELNames) throws(CELError) -> JSON {
        switch self {
        case .literal(let value): return value
        case .list(let elements):
            var values: [JSON] = []
            for element in elements { values.append(try element.value(in: names)) }
            return .array(values)
        case .emptyMap: return .emptyObject
        case .name(let name):
            guard let value = names.values[name] else {
                throw CELError(description: "undeclared reference to '\(name)'")
            }
            return value
        case .member(.name("variables"), let name):
            guard let variable = names.variables[name] else {
                throw CELError(description: "no such key: \(name)")
            }
            return try variable.value(in: names)
        case .member(let whole, let key): return try whole.value(in: names).member(key)
        case .element(let whole, let index):
            return try whole.value(in: names).element(try index.value(in: names))
        case .has(let whole, let key):
            guard case .object(let members) = try whole.value(in: names) else {
                throw .noSuchOverload
            }
            return .bool(members[key] != nil)
        case .equal(let left, let right):
            return .bool(try left.value(in: names) == right.value(in: names))
        case .isIn(let key, let whole):
            return .bool(try whole.value(in: names).has(try key.value(in: names)))
        case .not, .and, .or: return .bool(try truth(in: names))
        case .choice(let condition, let first, let second):
            return try (condition.truth(in: names) ? first : second).value(in: names)
        case .macro(let macro, let whole, let name, let body):
            return try loop(macro, over: whole.value(in: names), name, body, names)
        }
    }

    /// The value of an expression that is true or false.
    ///
    /// Where one side decides, the other one may fail: `&&` and `||` take errors in.
    func truth(in names: CELNames) throws(CELError) -> Bool {
        switch self {
        case .not(let inner): return try !inner.truth(in: names)
        case .and(let left, let right): return try either(left, right, decides: false, names)
        case .or(let left, let right): return try either(left, right, decides: true, names)
        default:
            guard let truth = try value(in: names).bool else { throw .noSuchOverload }
            return truth
        }
    }

    private func either(
        _ left: CELExpression,
        _ right: CELExpression,
        decides: Bool,
        _ names: CELNames
    ) throws(CELError) -> Bool {
        let first: Bool
        do {
            first = try left.truth(in: names)
        } catch {
            if try right.truth(in: names) == decides { return decides }
            throw error
        }
        return first == decides ? decides : try right.truth(in: names)
    }

    private func loop(
        _ macro: Macro,
        over whole: JSON,
        _ name: String,
        _ body: CELExpression,
        _ names: CELNames
    ) throws(CELError) -> JSON {
        let elements: [JSON]
        switch whole {
        case .array(let values): elements = values
        case .object(let members): elements = members.keys.map(JSON.string)
        default: throw .noSuchOverload
        }
        var kept: [JSON] = []
        for element in elements where try body.truth(in: names.with(element, as: name)) {
            kept.append(element)
        }
        switch macro {
        case .all: return .bool(kept.count == elements.count)
        case .exists: return .bool(!kept.isEmpty)
        case .filter: return .array(kept)
        }
    }
}

extension JSON {
    fileprivate func member(_ key: String) throws(CELError) -> JSON {
        guard case .object(let members) = self else { throw .noSuchOverload }
        guard let value = members[key] else {
            throw CELError(description: "no such key: \(key)")
        }
        return value
    }

    fileprivate func element(_ index: JSON) throws(CELError) -> JSON {
        switch (self, index) {
        case (.object, .string(let key)): return try member(key)
        case (.array(let values), _):
            guard let position = index.int else { throw .noSuchOverload }
            guard values.indices.contains(position) else {
                throw CELError(description: "index out of bounds: \(position)")
            }
            return values[position]
        default: throw .noSuchOverload
        }
    }

    fileprivate func has(_ key: JSON) throws(CELError) -> Bool {
        switch (self, key) {
        case (.object(let members), .string(let name)): return members[name] != nil
        case (.array(let values), _): return values.contains(key)
        default: throw .noSuchOverload
        }
    }
}
