/// Work on many things of which only so many are under way at once.
package enum BoundedWork {
    /// What `body` gives for each element, in the order of the elements.
    package static func results<Element: Sendable, Outcome: Sendable>(
        of elements: [Element],
        width: Int,
        _ body: @escaping @Sendable (Element) async -> Outcome
    ) async -> [Outcome] {
        precondition(width > 0, "something must be under way")
        return await withTaskGroup(of: (Int, Outcome).self) { group in
            var outcomes = [Outcome?](repeating: nil, count: elements.count)
            var next = 0
            while next < min(width, elements.count) {
                let index = next
                group.addTask { (index, await body(elements[index])) }
                next += 1
            }
            while let (index, outcome) = await group.next() {
                outcomes[index] = outcome
                guard next < elements.count else { continue }
                let index = next
                group.addTask { (index, await body(elements[index])) }
                next += 1
            }
            return outcomes.compactMap { $0 }
        }
    }
}
