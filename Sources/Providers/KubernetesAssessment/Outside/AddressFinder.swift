import KubernetesObjects

/// Finds in texts the hosts and ports that they name outside of the cluster: pure.
///
/// Of a text nothing is taken but a host and a port. What stands before the last `@` of a word is
/// never looked at: it may be a user's name and password.
struct AddressFinder {
    /// What a name means to who reads it.
    enum Meaning {
        /// A Service of the cluster, which moves or stays by itself.
        case inside
        /// Another name for a host outside (ExternalName).
        case alias(String)
        case unknown
    }

    /// What a host is to a reader in the namespace.
    let meaning: (_ host: String) -> Meaning

    /// One value and what it is called.
    private struct Entry {
        let name: String
        let value: Substring
    }

    /// How far apart the lines of a host and of its port may be.
    private static let linesMax = 5

    /// Each address once a place, in the order of the texts.
    func mentions(in texts: [(place: String, text: String)]) -> [OutsideMention] {
        var found: [OutsideMention] = []
        var seen: Set<OutsideMention> = []
        func add(_ address: OutsideAddress?, _ place: String) {
            guard let address else { return }
            let mention = OutsideMention(address: address, place: place)
            if seen.insert(mention).inserted { found.append(mention) }
        }
        for (place, text) in texts {
            for address in words(in: text[...]) { add(address, place) }
            let lines = text.split(whereSeparator: \.isNewline).flatMap(AddressFinder.entries)
            for (index, line) in lines.enumerated() {
                let near = max(0, index - Self.linesMax)..<min(lines.count, index + Self.linesMax)
                add(pair(line, among: lines[near]), place)
            }
        }
        let entries = texts.map { place, text in
            Entry(name: place.split(separator: " ").last.map(String.init) ?? "", value: text[...])
        }
        for (entry, text) in zip(entries, texts) {
            add(pair(entry, among: entries[...]), text.place)
        }
        // Who is named with a port somewhere in one place needs not be named without.
        let complete = Set(
            found.filter { $0.address.port != nil }.map { $0.place + $0.address.host }
        )
        return found.filter {
            $0.address.port != nil || !complete.contains($0.place + $0.address.host)
        }
    }

    // MARK: - Words

    private static let breaks: Set<Character> = [
        "\"", "'", "`", ",", ";", "(", ")", "<", ">", "[", "]", "{", "}", "|",
    ]

    private func words(in text: Substring) -> [OutsideAddress] {
        text.split { $0.isWhitespace || Self.breaks.contains($0) }.compactMap(address)
    }

    /// `scheme://user:secret@host:port/path`, `host:port`, either behind `key=`.
    private func address(_ word: Substring) -> OutsideAddress? {
        var rest = word
        var scheme: String?
        if let mark = word.firstRange(of: "://") {
            let before = word[..<mark.lowerBound].reversed().prefix { $0.isLetter || $0.isNumber }
            scheme = String(before.reversed()).lowercased()
            rest = word[mark.upperBound...]
        } else if let sign = word.lastIndex(of: "=") {
            rest = word[word.index(after: sign)...]
        }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let authority = rest.drop { $0 == "/" }.prefix { !"/?#".contains($0) }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let host = parts.first.map(String.init) else {
            return nil
        }
        let written = parts.count == 2 ? AddressFinder.port(parts[1]) : nil
        if parts.count == 2, written == nil { return nil }
        guard let port = written ?? scheme.flatMap(UsualPort.ofScheme) else { return nil }
        let isDatagram = scheme.map(UsualPort.isDatagram) ?? false
        return outside(host).map { OutsideAddress(host: $0, port: port, isDatagram: isDatagram) }
    }

    private static func port(_ text: Substring) -> Int? {
        guard (1...5).contains(text.count), let port = Int(text), (1...65_535).contains(port)
        else { return nil }
        return port
    }

    /// The host outside that a name means; nil for what is inside, means this machine, or is no host.
    private func outside(_ host: String) -> String? {
        let host = host.hasSuffix(".") ? String(host.dropLast()) : host
        if let address = IPAddress(host) {
            let isElsewhere =
                address.isVersion4 && !address.isLoopback && !address.isUnspecified
                && !address.isLinkLocal && !address.isLinkLocalMulticast
            return isElsewhere ? host : nil
        }
        guard AddressFinder.isName(host) else { return nil }
        switch meaning(host) {
        case .inside: return nil
        case .alias(let name): return name
        case .unknown: break
        }
        let labels = host.split(separator: ".")
        let isInside = labels.contains("svc") || host.hasSuffix(".cluster.local")
        let isFull = labels.count > 1 && labels.last.map { $0.count > 1 } ?? false
        // The last label of a name in the world's DNS has letters only.
        return isFull && !isInside && labels.last?.allSatisfy(\.isLetter) == true ? host : nil
    }

    private static func isName(_ host: String) -> Bool {
        (1...253).contains(host.utf8.count)
            && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.count) && label.first != "-" && label.last != "-"
                    && label.allSatisfy {
                        $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_"
                    }
            }
    }

    // MARK: - A host here and its port there

    /// What a line tells: one thing, or several side by side (`host=a port=1`).
    private static func entries(_ line: Substring) -> [Entry] {
        let words = line.split(whereSeparator: \.isWhitespace).filter { $0.contains("=") }
        return words.count > 1 ? words.compactMap(entry) : [entry(line)].compactMap { $0 }
    }

    /// What stands before and behind the first `=` or `:`.
    private static func entry(_ line: Substring) -> Entry? {
        guard let sign = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return nil }
        return Entry(
            name: String(trimmed(line[..<sign])),
            value: trimmed(line[line.index(after: sign)...])
        )
    }

    private static func trimmed(_ text: Substring) -> Substring {
        func isEdge(_ character: Character) -> Bool {
            character.isWhitespace || "\"',-".contains(character)
        }
        var text = text.drop(while: isEdge)
        while let last = text.last, isEdge(last) { text = text.dropLast() }
        return text
    }

    private static let hostWords = ["hostname", "host", "server", "address", "addr", "endpoint"]

    /// `DB_HOST` with the `DB_PORT` among its neighbours, or with the port that is usual.
    private func pair(_ entry: Entry, among entries: ArraySlice<Entry>) -> OutsideAddress? {
        let name = AddressFinder.joined(entry.name)
        guard let word = Self.hostWords.first(where: { name.hasSuffix($0) }),
            let host = outside(String(entry.value))
        else { return nil }
        let wanted = name.dropLast(word.count) + "port"
        let port = entries.first { AddressFinder.joined($0.name) == wanted }
        if let number = port.flatMap({ AddressFinder.port($0.value) }) {
            return OutsideAddress(host: host, port: number)
        }
        return OutsideAddress(host: host, port: UsualPort.ofName(entry.name))
    }

    /// Whether something of this name is one half of an address.
    static func namesHostOrPort(_ name: String) -> Bool {
        let name = joined(name)
        return name.hasSuffix("port") || hostWords.contains { name.hasSuffix($0) }
    }

    /// `DB_HOST`, `db.host` and `dbHost` are the same name.
    private static func joined(_ name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }
}
