/// Finds the names of namespaces within text, where they are part of an address: pure.
///
/// Text is taken as runs of the letters that host names have, and a run as labels between dots.
/// What surely is an address is rewritten, what may be one is doubted, all else stays: `shop` alone,
/// `workshop`, `com.example.shop`.
struct NamespaceText {
    /// What was found.
    struct Finding {
        /// Nil when nothing is rewritten.
        var text: String?
        /// Namespaces that were rewritten.
        var rewritten: Set<String> = []
        /// Namespaces that may be meant somewhere else in the text.
        var doubted: Set<String> = []
    }

    private enum Verdict {
        case rewrite, doubt, leave
    }

    let names: [String: String]
    let known: KnownNames

    /// `hint` is what is said of the text around it: the name of the variable, the key, the flag.
    func search(_ text: String, hint: String) -> Finding {
        var finding = Finding()
        guard names.keys.contains(where: { text.utf8.contains($0.utf8) }) else { return finding }
        var output = ""
        var hasChanged = false
        var rest = text[...]
        while let start = rest.utf8.firstIndex(where: NamespaceText.isHostLetter) {
            let end =
                rest.utf8[start...].firstIndex { !NamespaceText.isHostLetter($0) } ?? rest.endIndex
            output += rest[..<start]
            let run = Run(text: text, range: start..<end, hint: hint)
            output += rewritten(run, &finding, &hasChanged)
            rest = rest[end...]
        }
        output += rest
        if hasChanged { finding.text = output }
        return finding
    }

    private static func isHostLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }

    private func rewritten(
        _ run: Run,
        _ finding: inout Finding,
        _ hasChanged: inout Bool
    ) -> String {
        var labels = run.labels.map(String.init)
        for (index, label) in run.labels.enumerated() {
            guard let target = names[String(label)] else { continue }
            switch verdict(run, index, String(label)) {
            case .rewrite:
                labels[index] = target
                finding.rewritten.insert(String(label))
                hasChanged = true
            case .doubt: finding.doubted.insert(String(label))
            case .leave: break
            }
        }
        return labels.joined(separator: ".")
    }

    // MARK: - Verdicts

    private func verdict(_ run: Run, _ index: Int, _ namespace: String) -> Verdict {
        let labels = run.labels
        let behind = labels[(index + 1)...].filter { !$0.isEmpty }
        if behind.first == "svc" || behind.first == "pod" {
            return verdictOfLong(run, index, namespace, Array(behind))
        }
        guard behind.isEmpty else { return .leave }
        return index == 0 ? verdictOfWord(run, namespace) : verdictOfShort(run, index, namespace)
    }

    /// `web.shop.svc`, with or without the domain of the cluster behind it.
    private func verdictOfLong(
        _ run: Run,
        _ index: Int,
        _ namespace: String,
        _ behind: [Substring]
    ) -> Verdict {
        if behind.dropFirst().starts(with: ["cluster", "local"]) { return .rewrite }
        guard behind[0] == "svc" else { return .leave }
        if run.isPathSegment { return .doubt }
        guard index > 0 else { return behind.count == 1 ? .doubt : .leave }
        let isService = known.hasService(run.labels[index - 1], in: namespace)
        // Deeper names are those of pods and ports, or of a program's packages.
        let isHost = isService || index <= 2 || run.labels[0].hasPrefix("_")
        // Behind it a domain of the cluster's own, or a class in a package.
        return isHost && (behind.count == 1 || isService) ? .rewrite : .doubt
    }

    /// `web.shop`, which is a host inside the cluster only if there is a Service of that name.
    private func verdictOfShort(_ run: Run, _ index: Int, _ namespace: String) -> Verdict {
        let service = run.labels[index - 1]
        // The name before the dot is filled in or left open: `${SERVICE}.shop`, `*.shop`.
        if service.isEmpty {
            let isOpen = index == 1 && (run.before.last.map { "})*%".contains($0) } ?? false)
            return isOpen ? .doubt : .leave
        }
        guard index <= 2 else { return .leave }
        guard known.hasService(service, in: namespace) else {
            return run.looksLikeHost ? .doubt : .leave
        }
        return run.standsAsHost ? .rewrite : .doubt
    }

    /// The name alone, which means the namespace only where what stands around it says so.
    private func verdictOfWord(_ run: Run, _ namespace: String) -> Verdict {
        let before = run.before
        let next = run.after.first
        if before.hasSuffix("system:serviceaccount:"), next == ":" { return .rewrite }
        if before.hasSuffix("system:serviceaccounts:") { return .rewrite }
        if before.hasSuffix("/ns/") { return next == "/" ? .rewrite : .doubt }
        if before.hasSuffix("/namespaces/") || before == "namespaces/" { return .rewrite }
        let said = before.suffix(48).lowercased()
        let isAlone = before.isEmpty && run.after.isEmpty
        if said.contains("namespace") || before.hasSuffix("-n ") || before.hasSuffix("-n=") {
            return .doubt
        }
        if isAlone { return run.hint.lowercased().contains("namespace") ? .doubt : .leave }
        if next == "/", before.last.map({ " =,\"'([".contains($0) || $0.isNewline }) ?? true {
            let name = run.after.dropFirst().prefix { $0.utf8.allSatisfy(Self.isHostLetter) }
            return name.isEmpty || known.hasObject(name, in: namespace) ? .doubt : .leave
        }
        let isListed = run.hint.lowercased().contains("namespace")
        return isListed ? .doubt : .leave
    }
}

/// A run of host letters, and what stands around it.
private struct Run {
    let labels: [Substring]
    let before: Substring
    let after: Substring
    let hint: String

    init(text: String, range: Range<String.Index>, hint: String) {
        labels = text[range].split(separator: ".", omittingEmptySubsequences: false)
        before = text[..<range.lowerBound]
        after = text[range.upperBound...]
        self.hint = hint
    }

    /// Behind one slash stands a path; behind two a host.
    var isPathSegment: Bool { before.last == "/" && !before.hasSuffix("//") }

    /// Whether something beside the letters says that this is a host.
    var looksLikeHost: Bool {
        if isPathSegment { return false }
        if before.hasSuffix("//") || before.last == "@" { return true }
        return hasPort || (before.isEmpty && after.isEmpty)
    }

    /// Whether nothing beside the letters says that this is something else: a path, the key of a
    /// property, a call.
    var standsAsHost: Bool {
        if isPathSegment || (before.last.map { "$%\\&".contains($0) } ?? false) { return false }
        guard let next = after.first else { return true }
        if next == ":" { return hasPort || before.hasSuffix("//") }
        return !"=(".contains(next)
    }

    private var hasPort: Bool {
        after.first == ":" && (after.dropFirst().first?.isASCII ?? false)
            && (after.dropFirst().first?.isNumber ?? false)
    }
}

extension String.UTF8View {
    /// Whether `needle` stands somewhere in it.
    fileprivate func contains(_ needle: String.UTF8View) -> Bool {
        guard let first = needle.first else { return true }
        var rest = self[...]
        while let index = rest.firstIndex(of: first) {
            rest = rest[index...]
            if rest.starts(with: needle) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
