import JSONValues

/// Builds nodes from events and keeps the limits while it does.
struct YAMLLoader {
    /// A value that an alias may repeat, with what repeating it costs.
    private struct Anchored {
        let node: YAMLNode
        let nodeCount: Int
        let height: Int
    }

    /// A value with how many values it holds, itself included, and how deep it is.
    private typealias Loaded = Anchored

    private let events: YAMLEvents
    private let limits: YAMLLimits
    private var anchors: [String: Anchored] = [:]
    /// Anchors whose value has begun and not ended: an alias to one of them would never end.
    private var openAnchors: [String] = []
    private var nodeCount = 0

    init(events: YAMLEvents, limits: YAMLLimits) {
        self.events = events
        self.limits = limits
    }

    /// Every document that is not empty.
    mutating func documents() throws -> [YAMLNode] {
        var documents: [YAMLNode] = []
        while true {
            let (event, _) = try events.next()
            switch event {
            case .streamEnd: return documents
            case .documentStart:
                anchors = [:]
                let (first, place) = try events.next()
                let isEmpty =
                    if case .scalar(let scalar) = first { isNothing(scalar) } else { false }
                let loaded = try load(first, at: place, depth: 1)
                if !isEmpty { documents.append(loaded.node) }
            default: continue
            }
        }
    }

    private func isNothing(_ scalar: YAMLEvents.Scalar) -> Bool {
        scalar.isPlain && scalar.text.isEmpty && scalar.tags.tag == nil
    }

    private mutating func load(
        _ event: YAMLEvents.Event,
        at place: YAMLPlace,
        depth: Int
    ) throws -> Loaded {
        switch event {
        case .alias(let name): return try repeated(name, at: place, depth: depth)
        case .scalar(let scalar):
            try count(1, at: place)
            let node = YAMLNode(try resolve(scalar, at: place), at: place)
            return keep(Loaded(node: node, nodeCount: 1, height: 1), as: scalar.tags.anchor)
        case .listStart(let tags):
            return try collection(tags, named: "seq", at: place, depth: depth) { loader in
                try loader.list(at: place, depth: depth)
            }
        case .mappingStart(let tags):
            return try collection(tags, named: "map", at: place, depth: depth) { loader in
                try loader.mapping(at: place, depth: depth)
            }
        case .streamEnd, .documentStart, .documentEnd, .listEnd, .mappingEnd:
            preconditionFailure("libyaml never ends what has not begun")
        }
    }

    private mutating func collection(
        _ tags: YAMLEvents.Tags,
        named name: String,
        at place: YAMLPlace,
        depth: Int,
        body: (inout YAMLLoader) throws -> Loaded
    ) throws -> Loaded {
        guard depth <= limits.depthMax else {
            throw YAMLFailure(place: place, problem: "nested deeper than \(limits.depthMax) levels")
        }
        if let tag = tags.tag, tag != "!", tag != YAMLLoader.tagPrefix + name {
            throw unknownTag(tag, at: place)
        }
        try count(1, at: place)
        if let anchor = tags.anchor { openAnchors.append(anchor) }
        let loaded = try body(&self)
        if tags.anchor != nil { openAnchors.removeLast() }
        return keep(loaded, as: tags.anchor)
    }

    private mutating func list(at place: YAMLPlace, depth: Int) throws -> Loaded {
        var elements: [YAMLNode] = []
        var (nodeCount, height) = (1, 0)
        while true {
            let (event, elementPlace) = try events.next()
            if case .listEnd = event { break }
            let element = try load(event, at: elementPlace, depth: depth + 1)
            elements.append(element.node)
            nodeCount += element.nodeCount
            height = max(height, element.height)
        }
        let node = YAMLNode(.list(elements), at: place)
        return Loaded(node: node, nodeCount: nodeCount, height: height + 1)
    }

    private mutating func mapping(at place: YAMLPlace, depth: Int) throws -> Loaded {
        var builder = YAMLMappingBuilder()
        var (nodeCount, height) = (1, 0)
        while true {
            let (keyEvent, keyPlace) = try events.next()
            if case .mappingEnd = keyEvent { break }
            let isMerge =
                if case .scalar(let scalar) = keyEvent {
                    scalar.isPlain && scalar.text == "<<" && scalar.tags.tag == nil
                } else {
                    false
                }
            let key = try load(keyEvent, at: keyPlace, depth: depth + 1)
            let (valueEvent, valuePlace) = try events.next()
            let value = try load(valueEvent, at: valuePlace, depth: depth + 1)
            nodeCount += key.nodeCount + value.nodeCount
            height = max(height, value.height)
            if isMerge {
                try builder.merge(value.node, at: valuePlace)
            } else {
                try builder.add(key: key.node, at: keyPlace, value: value.node)
            }
        }
        let node = YAMLNode(.mapping(builder.members), at: place)
        return Loaded(node: node, nodeCount: nodeCount, height: height + 1)
    }

    private mutating func repeated(
        _ name: String,
        at place: YAMLPlace,
        depth: Int
    ) throws -> Loaded {
        guard !openAnchors.contains(name) else {
            throw YAMLFailure(place: place, problem: "the alias *\(name) stands inside &\(name)")
        }
        guard let anchored = anchors[name] else {
            throw YAMLFailure(place: place, problem: "no anchor &\(name) stands before *\(name)")
        }
        guard depth + anchored.height - 1 <= limits.depthMax else {
            throw YAMLFailure(
                place: place,
                problem: "with *\(name) the text nests deeper than \(limits.depthMax) levels"
            )
        }
        try count(anchored.nodeCount, at: place)
        return anchored
    }

    private mutating func keep(_ loaded: Loaded, as anchor: String?) -> Loaded {
        if let anchor { anchors[anchor] = loaded }
        return loaded
    }

    private mutating func count(_ count: Int, at place: YAMLPlace) throws {
        nodeCount += count
        guard nodeCount <= limits.nodesMax else {
            throw YAMLFailure(
                place: place,
                problem: """
                    the text holds more than \(limits.nodesMax) values when its aliases are followed
                    """
            )
        }
    }

    // MARK: - Scalars

    private static let tagPrefix = "tag:yaml.org,2002:"

    private func resolve(
        _ scalar: YAMLEvents.Scalar,
        at place: YAMLPlace
    ) throws -> YAMLNode.Value {
        guard let tag = scalar.tags.tag else {
            return scalar.isPlain ? try resolvePlain(scalar.text, at: place) : .string(scalar.text)
        }
        if tag == "!" || tag == YAMLLoader.tagPrefix + "str" { return .string(scalar.text) }
        let value = try resolvePlain(scalar.text, at: place)
        switch (tag.dropFirst(YAMLLoader.tagPrefix.count), value) {
        case ("bool", .bool), ("null", .null), ("float", .number), ("int", .number): return value
        case ("timestamp", .string) where tag.hasPrefix(YAMLLoader.tagPrefix): return value
        default: throw unknownTag(tag, at: place)
        }
    }

    private func resolvePlain(_ text: String, at place: YAMLPlace) throws -> YAMLNode.Value {
        do {
            return try YAMLScalar.resolve(text)
        } catch {
            throw YAMLFailure(place: place, problem: error.text)
        }
    }

    private func unknownTag(_ tag: String, at place: YAMLPlace) -> YAMLFailure {
        YAMLFailure(place: place, problem: "the tag \(tag) does not fit the value, or is not known")
    }
}
