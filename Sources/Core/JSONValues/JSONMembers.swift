/// The members of a JSON object, used as a dictionary is: each key once.
///
/// They are a list in the order of its keys and no hash table, for objects of Kubernetes are many and small: most
/// have fewer than a dozen members and are read, compared and written far more often than changed.
package struct JSONMembers: Sendable, Hashable {
    fileprivate struct Member: Sendable, Hashable {
        let key: String
        var value: JSON
    }

    fileprivate var sorted: [Member]

    package init() { sorted = [] }

    /// Of a key that comes twice, the last value is kept.
    package init(_ members: some Sequence<(key: String, value: JSON)>) {
        var collected = Collector()
        for (key, value) in members { collected.add(value, for: key) }
        self = collected.members()
    }

    /// The value of `key`; setting nil removes it.
    package subscript(key: String) -> JSON? {
        get {
            guard let place = place(of: key) else { return nil }
            return sorted[place].value
        }
        set {
            let place = lowerBound(of: key)
            let stands = place < sorted.count && sorted[place].key == key
            switch (newValue, stands) {
            case (let value?, true): sorted[place].value = value
            case (let value?, false): sorted.insert(Member(key: key, value: value), at: place)
            case (nil, true): sorted.remove(at: place)
            case (nil, false): break
            }
        }
    }

    package subscript(key: String, default value: @autoclosure () -> JSON) -> JSON {
        get { self[key] ?? value() }
        _modify {
            let place = lowerBound(of: key)
            if place == sorted.count || sorted[place].key != key {
                sorted.insert(Member(key: key, value: value()), at: place)
            }
            yield &sorted[place].value
        }
    }

    /// Sets `key` and returns what it had before.
    @discardableResult
    package mutating func updateValue(_ value: JSON, forKey key: String) -> JSON? {
        let before = self[key]
        self[key] = value
        return before
    }

    /// Removes `key` and returns what it had.
    @discardableResult
    package mutating func removeValue(forKey key: String) -> JSON? {
        place(of: key).map { sorted.remove(at: $0).value }
    }
}

// MARK: - All of them

extension JSONMembers: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { sorted.count }
    package subscript(place: Int) -> (key: String, value: JSON) {
        (sorted[place].key, sorted[place].value)
    }

    package var keys: [String] { sorted.map(\.key) }
    package var values: [JSON] { sorted.map(\.value) }

    package func mapValues(_ transform: (JSON) throws -> JSON) rethrows -> JSONMembers {
        var changed = self
        for place in sorted.indices {
            changed.sorted[place].value = try transform(sorted[place].value)
        }
        return changed
    }

    package func compactMapValues(_ transform: (JSON) throws -> JSON?) rethrows -> JSONMembers {
        var kept = JSONMembers()
        kept.sorted = try sorted.compactMap { member in
            try transform(member.value).map { Member(key: member.key, value: $0) }
        }
        return kept
    }

    package func filter(_ isKept: (Element) throws -> Bool) rethrows -> JSONMembers {
        var kept = JSONMembers()
        kept.sorted = try sorted.filter { try isKept(($0.key, $0.value)) }
        return kept
    }

    /// With the members of `other`; of a key that both have, the value is what `combine` makes of both.
    package func merging(
        _ other: some Sequence<(key: String, value: JSON)>,
        uniquingKeysWith combine: (JSON, JSON) throws -> JSON
    ) rethrows -> JSONMembers {
        var merged = self
        for (key, value) in other {
            merged[key] = try merged[key].map { try combine($0, value) } ?? value
        }
        return merged
    }

    /// What `transform` makes of the values, in a dictionary.
    package func mapValues<Value>(_ transform: (JSON) throws -> Value) rethrows -> [String: Value] {
        try compactMapValues { Optional(try transform($0)) }
    }

    package func compactMapValues<Value>(
        _ transform: (JSON) throws -> Value?
    ) rethrows -> [String: Value] {
        var made: [String: Value] = [:]
        for member in sorted { made[member.key] = try transform(member.value) }
        return made
    }
}

extension JSONMembers: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, JSON)...) {
        self.init(members.lazy.map { (key: $0, value: $1) })
    }
}

// MARK: - Finding and making

extension JSONMembers {
    /// So many members are looked through one by one: comparing short keys costs next to nothing.
    private static let fewMax = 12

    private func place(of key: String) -> Int? {
        if sorted.count <= Self.fewMax { return sorted.firstIndex { $0.key == key } }
        let place = lowerBound(of: key)
        return place < sorted.count && sorted[place].key == key ? place : nil
    }

    /// Where `key` stands or would stand.
    private func lowerBound(of key: String) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Members that come in any order, however many.
    struct Collector {
        private var met: [Member] = []
        private var isSorted = true
        /// Where each key was met, once they are many and come in no order.
        private var places: [String: Int]?

        /// Whether the key had come before: its value is replaced.
        @discardableResult
        mutating func add(_ value: JSON, for key: String) -> Bool {
            if isSorted, met.last.map({ $0.key < key }) ?? true {
                met.append(Member(key: key, value: value))
                return false
            }
            isSorted = false
            if let place = place(of: key) {
                met[place].value = value
                return true
            }
            places?[key] = met.count
            met.append(Member(key: key, value: value))
            return false
        }

        private mutating func place(of key: String) -> Int? {
            if met.count <= JSONMembers.fewMax { return met.firstIndex { $0.key == key } }
            if places == nil {
                places = Dictionary(uniqueKeysWithValues: met.indices.map { (met[$0].key, $0) })
            }
            return places?[key]
        }

        func members() -> JSONMembers {
            var members = JSONMembers()
            members.sorted = isSorted ? met : met.sorted { $0.key < $1.key }
            return members
        }
    }
}
