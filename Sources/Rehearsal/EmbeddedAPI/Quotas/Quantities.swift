import JSONValues
import KubernetesObjects

/// Amounts by name, as `limits`, `requests` and `hard` have them.
struct Quantities: Sendable, Equatable {
    private(set) var amounts: [String: Quantity]

    init(_ amounts: [String: Quantity] = [:]) {
        self.amounts = amounts
    }

    /// What is no quantity is left out: it was refused when it was written.
    init(_ document: JSON?) {
        amounts = (document?.object ?? [:]).compactMapValues(Self.quantity)
    }

    private static func quantity(_ value: JSON) -> Quantity? {
        let text: String
        switch value {
        case .string(let written): text = written
        case .number(let number): text = number.literal
        default: return nil
        }
        do throws(Quantity.ParseError) { return try Quantity(text) } catch { return nil }
    }

    subscript(name: String) -> Quantity? {
        get { amounts[name] }
        set { amounts[name] = newValue }
    }

    /// The names, sorted.
    var names: [String] { amounts.keys.sorted() }

    var isEmpty: Bool { amounts.isEmpty }

    var document: JSON { .object(amounts.mapValues { .string($0.description) }) }

    /// `limits.memory=1Gi,pods=1`, as refusals print them.
    var text: String {
        names.map { "\($0)=\(amounts[$0]?.description ?? "")" }.joined(separator: ",")
    }

    /// Only what is named.
    func only(_ names: some Sequence<String>) -> Quantities {
        let wanted = Set(names)
        return Quantities(amounts.filter { wanted.contains($0.key) })
    }

    /// Of what either side names, the sum.
    static func + (left: Quantities, right: Quantities) -> Quantities {
        Quantities(left.amounts.merging(right.amounts) { $0.isZero ? $1 : $0 + $1 })
    }

    /// Of what either side names, the larger.
    static func larger(_ left: Quantities, _ right: Quantities) -> Quantities {
        Quantities(left.amounts.merging(right.amounts) { max($0, $1) })
    }
}

/// What all containers of a pod ask for together.
struct PodResources: Sendable {
    let requests: Quantities
    let limits: Quantities

    init(_ pod: JSON) {
        requests = Self.total("requests", of: pod)
        limits = Self.total("limits", of: pod)
    }

    /// Containers run together; of those that prepare for them one runs at a time, unless it stays.
    private static func total(_ kind: String, of pod: JSON) -> Quantities {
        func amounts(_ container: JSON) -> Quantities {
            Quantities(container.at("resources", kind))
        }
        var sum = (pod.at("spec", "containers")?.array ?? []).reduce(Quantities()) {
            $0 + amounts($1)
        }
        var staying = Quantities()
        var preparing = Quantities()
        for container in pod.at("spec", "initContainers")?.array ?? [] {
            if container["restartPolicy"] == "Always" {
                sum = sum + amounts(container)
                staying = staying + amounts(container)
                preparing = .larger(preparing, staying)
            } else {
                preparing = .larger(preparing, staying + amounts(container))
            }
        }
        return .larger(sum, preparing) + Quantities(pod.at("spec", "overhead"))
    }
}
