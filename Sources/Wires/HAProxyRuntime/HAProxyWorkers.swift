/// What `show proc` says at a master's CLI: its workers, those that were replaced among them.
package struct HAProxyWorkers: Sendable {
    /// Their process numbers, in the order of the answer.
    package let pids: [Int]

    /// Nil when the text is no such table: a worker's own CLI has none.
    ///
    /// Columns after the type differ between versions, so only the first two are read.
    package init?(_ text: String) {
        let lines = text.split(separator: "\n")
        guard lines.first?.hasPrefix("#<PID>") == true else { return nil }
        pids = lines.compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 1, words[1] == "worker" else { return nil }
            return Int(words[0])
        }
    }
}
