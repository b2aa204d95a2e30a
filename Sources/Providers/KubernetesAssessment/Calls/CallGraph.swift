/// Who calls whom, with what tells so.
package struct CallGraph: Sendable, Hashable {
    /// One caller and one whom it calls.
    package struct Edge: Sendable, Hashable, Comparable {
        /// `Deployment shop/web`, `Ingress shop/shop`.
        package let from: String
        /// Whom it calls, in the same words: `Deployment shop/cart`.
        package let to: String
        /// Where it was found, sorted: places, never texts.
        package let evidence: [String]

        /// By caller, then by whom it calls.
        package static func < (left: Edge, right: Edge) -> Bool {
            (left.from, left.to) < (right.from, right.to)
        }
    }

    /// Everything that calls or is called, sorted.
    package let nodes: [String]
    /// Sorted.
    package let edges: [Edge]

    /// Takes edges in any order, each caller and callee at most once.
    package init(edges: [Edge]) {
        self.edges = edges.sorted()
        nodes = Set(edges.flatMap { [$0.from, $0.to] }).sorted()
    }
}
